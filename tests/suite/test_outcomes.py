"""Accepted risks, switched-off checks, thresholds, expectations and the gate, as targets.toml says."""

from __future__ import annotations

import pytest

MEMORY = "test_function_memory_has_headroom"


def entry(table: str, check: str, target: str, expires: str = "2099-12-31", **more: str) -> str:
    fields = {"check": check, "target": target, "owner": "media", "reason": "moving out"} | more
    return f"[[{table}]]\n" + "\n".join(f'{k} = "{v}"' for k, v in fields.items()) + f"\nexpires = {expires}\n"


@pytest.fixture
def outage(suite, run_checks, tmp_path):
    """The recorded outage, judged again under other settings."""

    def run(text: str, *words: str):
        path = tmp_path / "targets.toml"
        path.write_text(text)
        return run_checks("--replay", str(suite("checkout-outage").folder), "--targets", str(path), *words)

    return run


def test_an_accepted_risk_is_excused_for_its_cause_only(outage):
    run = outage(
        entry("accept", MEMORY, "thumbnails", cause="memory")
        + entry("accept", "test_targets_are_healthy", "checkout", cause="timeout")
    )
    assert run.of(MEMORY, "thumbnails")["outcome"] == "xfailed"
    assert "media, until 2099-12-31" in run.of(MEMORY, "thumbnails")["reason"]
    assert run.of("test_targets_are_healthy", "/checkout")["outcome"] == "failed"
    assert "XFAIL" in run.stdout


def test_an_accepted_risk_ends(outage):
    run = outage(entry("accept", MEMORY, "thumbnails", expires="2020-01-01", cause="memory"))
    assert run.of(MEMORY, "thumbnails")["outcome"] == "failed"
    assert "no longer accepted" in run.stdout


def test_a_check_that_is_switched_off_is_skipped_and_counted(outage):
    run = outage(entry("off", MEMORY, "thumb*"), "-m", "serverless")
    line = run.of(MEMORY, "thumbnails")
    assert line["outcome"] == "skipped"
    assert line["reason"] == "switched off: moving out (media, until 2099-12-31)"
    assert "1 check switched off" in run.summary["coverage"]
    assert run.code == 0


def test_a_threshold_changes_the_verdict_of_its_targets_only(outage):
    text = f'[[threshold]]\ncheck = "{MEMORY}"\ntarget = "thumbnails"\nlimits = {{ max_share = 0.99 }}\n'
    run = outage(text, "-k", MEMORY)
    assert {line["outcome"] for line in run.checks} == {"passed"}
    tight = outage(f'[[threshold]]\ncheck = "{MEMORY}"\nlimits = {{ max_share = 0.01 }}\n', "-k", MEMORY)
    assert {line["outcome"] for line in tight.checks} == {"failed"}


def test_a_setting_that_speaks_of_no_target_is_told_of(outage):
    """A slip in a name leaves the default limit, an open risk, or a name that nobody looks up."""
    limits = f'[[threshold]]\ncheck = "{MEMORY}"\ntarget = "{{}}"\nlimits = {{{{ max_share = 0.95 }}}}\n'
    names = '[[lookup]]\nvpc = "vpc-0a1b2c3d4e5f60718"\nnames = ["orders.internal"]\n'
    slips = entry("off", MEMORY, "reciepts") + limits.format("thumbnials") + names
    run = outage(slips + limits.format("thumb*"), "-m", "serverless or network")
    told = [line.split(": ")[2] for line in run.stdout.splitlines() if line.startswith("warning: no target matches")]
    assert told == [f"{MEMORY} reciepts", f"{MEMORY} thumbnials", "test_names_resolve vpc-0a1b2c3d4e5f60718"]
    assert run.code == 1


def test_a_login_for_no_database_is_told_of(outage):
    """A slip in the name, and the database is not asked, as if nobody had wished it."""
    login = '[[database]]\ntarget = "{}"\nuser = "vitals"\n'
    run = outage(login.format("odrers") + login.format("ord*"), "-m", "database")
    told = [line.split(": ")[2] for line in run.stdout.splitlines() if line.startswith("warning: no target matches")]
    assert told == ["test_no_query_runs_long odrers"]


def test_a_shrunken_account_is_an_error(run_checks, tmp_path):
    settings = tmp_path / "targets.toml"
    settings.write_text('[expect]\nfunctions = ">= 40"\n')
    run = run_checks("--sandbox", "healthy", "--targets", str(settings), "-m", "serverless")
    short = [line for line in run.checks if line["target"].endswith("/expected")]
    assert {line["outcome"] for line in short} == {"error"}
    assert all("but 3 were found" in line["reason"] for line in short)


def test_the_gate_blocks_on_what_hurts_now(outage):
    run = outage("", "--gate")
    assert run.code == 1
    assert run.of("test_targets_are_healthy", "/checkout")["outcome"] == "failed"
    assert run.of(MEMORY, "thumbnails")["outcome"] == "xfailed"
    assert "does not block the gate" in run.of(MEMORY, "thumbnails")["reason"]


def test_the_gate_opens_where_nothing_hurts_now(outage):
    run = outage("", "--gate", "-m", "serverless")
    assert run.code == 0
    assert run.of(MEMORY, "thumbnails")["findings"][0]["impact"] == "soon"


def test_the_gate_stays_shut_where_it_could_not_look(suite):
    assert suite("denied.py", "--gate").code == 6
    assert suite("empty_account.py", "--gate").code == 5


def test_a_budget_that_is_spent_is_an_error(suite):
    run = suite("slow.py", "--budget", "4s", "-m", "database or readiness")
    assert run.of("test_storage_has_headroom", "orders")["reason"].startswith("the run's budget was spent")
    assert run.code == 6


def test_one_thing_can_be_picked(outage):
    run = outage("", "--target", "thumbnails", "-m", "serverless")
    looked_at = {line["target"].rsplit("/", 1)[-1] for line in run.checks if line["outcome"] != "skipped"}
    assert looked_at == {"thumbnails"}
    assert run.code == 1


def test_a_tag_picks_what_carries_it(run_checks):
    run = run_checks("--sandbox", "healthy", "--tag", "no=such", "-m", "database")
    assert run.code == 5
    assert all("that was selected" in line["reason"] for line in run.checks)
