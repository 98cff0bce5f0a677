"""What a user can get wrong ends in one line that names the fix, with exit code 4 and no traceback."""

from __future__ import annotations

import pytest

NO_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}

CASES = {
    "unknown scenario": (("--sandbox", "helthy"), "did you mean healthy"),
    "scenario file that is not there": (("--sandbox", "./no/such.py"), "no scenario file"),
    "no credentials": (("--region", "eu-west-1"), "set AWS_PROFILE, pass --profile, or try --sandbox healthy"),
    "no region": ((), "pass --region"),
    "unknown region": (("--region", "eu-vest-1"), "did you mean eu-west-1"),
    "unknown profile": (("--profile", "nobody", "--region", "eu-west-1"), "nobody"),
    "bad since": (("--sandbox", "healthy", "--since", "1hour"), "write it as 90s, 15m, 1h30m"),
    "bad from": (("--sandbox", "healthy", "--from", "yesterday"), "--from: 'yesterday' is no time"),
    "from without offset": (("--sandbox", "healthy", "--from", "2026-01-01T00:00:00"), "append Z"),
    "to in the future": (("--sandbox", "healthy", "--to", "2199-01-01T00:00:00Z"), "in the future"),
    "since and from": (("--sandbox", "healthy", "--since", "1h", "--from", "2026-01-01T00:00:00Z"), "either"),
    "window that ends before it starts": (
        ("--sandbox", "healthy", "--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z"),
        "before or when it starts",
    ),
    "bad tag": (("--sandbox", "healthy", "--tag", "team"), "key=value"),
    "bad budget": (("--sandbox", "healthy", "--budget", "soon"), "--budget"),
    "bad bake": (("--sandbox", "healthy", "--bake", "long"), "--bake: 'long' is no duration"),
    "rounds of a record": (("--replay", ".", "--until-healthy", "5m"), "does not change by waiting"),
    "rounds on a budget": (("--sandbox", "healthy", "--until-healthy", "5m", "--budget", "9s"), "the one waits"),
    "no round at all": (("--sandbox", "healthy", "--until-healthy", "5m", "--consecutive", "0"), "--consecutive 0"),
    "a version that no variable holds": (("--sandbox", "healthy", "--expect", "checkout="), "names no version"),
    "a deployment that no variable holds": (("--sandbox", "healthy", "--deployment", " "), "--deployment is empty"),
    "a bake that no variable holds": (("--sandbox", "healthy", "--bake", ""), "--bake is empty"),
    "a time that no variable holds": (("--sandbox", "healthy", "--from", ""), "--from is empty"),
    "a service that no variable holds": (
        ("--sandbox", "healthy", "--service", "shop", "--service="),
        "--service is empty",
    ),
    "a request that no variable holds": (("--sandbox", "healthy", "--request-id", ""), "--request-id is empty"),
    "targets file that is not there": (("--sandbox", "healthy", "--targets", "no.toml"), "no.toml"),
    "replay of no run folder": (("--replay", "."), "no run folder"),
    "replay and sandbox": (("--replay", ".", "--sandbox", "healthy"), "exclude each other"),
    "no assertions": (("--sandbox", "healthy", "--assert=plain"), "drop --assert=plain"),
}


@pytest.mark.parametrize(("words", "fix"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_one_line_that_names_the_fix(run_checks, words, fix):
    assert_one_line(run_checks(*words, env=NO_CREDENTIALS), fix)


def test_an_unknown_profile_of_the_environment_is_told_where_the_region_is_known(run_checks):
    env = NO_CREDENTIALS | {"AWS_PROFILE": "nobody", "AWS_REGION": "eu-west-1"}
    assert_one_line(run_checks(env=env), "(nobody) could not be found: pass another --profile")


def assert_one_line(run, fix):
    assert run.code == 4, run.stdout + run.stderr
    told = [line for line in (run.stdout + run.stderr).splitlines() if line.strip()]
    assert len(told) == 1, told
    assert fix in told[0]
    assert not run.folder.exists()


SETTINGS = {
    "not TOML": ("a =", "not valid TOML"),
    "unknown key": ("[places]\nregion = ['eu-west-1']", "did you mean 'regions'"),
    "wrong type": ("[expect]\naccount = 123456789012", "expect.account"),
    "unknown check": (
        "[[off]]\ncheck='test_targets_are_helthy'\ntarget='*'\nowner='o'\nreason='r'\nexpires=2099-01-01",
        "did you mean 'test_targets_are_healthy'",
    ),
    "unknown limit": (
        "[[threshold]]\ncheck='test_storage_has_headroom'\nlimits={min_free_shar=0.2}",
        "known limits: hours_until_full, min_free_share",
    ),
    "limit of another type": (
        "[[threshold]]\ncheck='test_storage_has_headroom'\nlimits={min_free_share='much'}",
        "must be a share from 0 to 1",
    ),
    "unknown kind": ("[expect]\nfunktions = '>= 1'", "did you mean 'functions'"),
    "another account": ("[expect]\naccount = '999999999999'", "but this is 123456789012"),
}


@pytest.mark.parametrize(("text", "fix"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_wrong_setting_is_one_line_that_names_file_and_key(run_checks, tmp_path, text, fix):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    run = run_checks("--sandbox", "healthy", "--targets", str(path))
    lines = (run.stdout + run.stderr).splitlines()
    told = [line for line in lines if line.strip() and not line.startswith("the sandbox is still building")]
    assert (run.code, len(told)) == (4, 1), told
    assert fix in told[0]


def test_a_folder_that_is_not_a_runs_is_left_alone(run_checks, tmp_path):
    precious = tmp_path / "run"
    precious.mkdir(mode=0o755)
    (precious / "thesis.txt").write_text("years of work")
    run = run_checks("--sandbox", "healthy")
    assert run.code == 4
    assert "pass --out with a new folder" in run.stdout + run.stderr
    assert [entry.name for entry in precious.iterdir()] == ["thesis.txt"]
    assert precious.stat().st_mode & 0o777 == 0o755
