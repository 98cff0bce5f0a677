"""The merged report in a terminal, as a page, for the next night; and what came since the night before."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

from reports.merge import page, record, text
from reports.merge.__main__ import main
from reports.merge.fleet import Fleet
from reports.merge.night import merged
from tests.reports.fleets import OTHER, PLACE, ending, finding, result, write

THIRD = "333333333333/eu-west-1"
EVIL = "<script>alert(1)</script>\x1b[31m\u202e' onmouseover=\"x"


def night(folder: Path, **runs: list[object]) -> list[Path]:
    return [write(folder / name, *lines, places=(f"{name}/r",)) for name, lines in runs.items()]


def of(place: str, *outcomes: str, cause: str = "memory", check: str = "test_a") -> list[object]:
    lines = []
    for number, outcome in enumerate(outcomes):
        found = [finding(f"{place}/r", f"n{number}", cause)] if outcome in ("failed", "xfailed") else []
        lines.append(result(outcome, f"{place}/r", f"n{number}", check=check, findings=found))
    return [*lines, ending(1 if "failed" in outcomes else 6 if "error" in outcomes else 0)]


def compared(tmp_path: Path, first: dict[str, list[object]], second: dict[str, list[object]]) -> Fleet:
    merged(night(tmp_path / "1", **first), tmp_path / "before")
    return merged(night(tmp_path / "2", **second), tmp_path / "now", before=tmp_path / "before")


def test_new_fixed_still_and_unseen(tmp_path):
    then = {"a": of("a", "failed", "failed", "failed", "passed", "failed")}
    now = {"a": of("a", "failed", "passed", "error", "failed", "xfailed")}
    change = compared(tmp_path, then, now).change
    assert change.before == "2026-03-04T02:00:00+00:00"
    assert change.counts == {"still": 1, "fixed": 1, "unseen": 1, "new": 1}
    assert [trouble.target for trouble in (*change.new, *change.fixed, *change.unseen)] == [
        "a/r/n3",
        "a/r/n1",
        "a/r/n2",
    ]


def test_another_cause_is_new_and_the_first_one_fixed(tmp_path):
    change = compared(tmp_path, {"a": of("a", "failed")}, {"a": of("a", "failed", cause="lock")}).change
    assert change.counts == {"new": 1, "fixed": 1}


@pytest.mark.parametrize(
    "then",
    [
        {"b": of("b", "passed")},
        {"a": of("a", "error")},
        {"a": of("a", "passed", "error", "passed")[:-1]},
        {"a": of("a", "passed", check="test_older")},
    ],
)
def test_what_nobody_could_look_at_then_is_not_called_new(tmp_path, then):
    change = compared(tmp_path, then, {"a": of("a", "failed")}).change
    assert (change.counts.get("new", 0), change.counts["found"]) == (0, 1)


def test_places_that_became_blind_seen_or_left(tmp_path):
    then = {"a": of("a", "passed"), "b": of("b", "passed")[:1], "c": of("c", "failed")}
    change = compared(tmp_path, then, {"a": of("a", "error"), "b": of("b", "passed")}).change
    assert (change.newly_blind, change.seen_again, change.gone) == (("a/r",), ("b/r",), ("c/r",))
    assert change.counts == {"unseen": 1}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no fleet.jsonl"),
        ("", "breaks off"),
        ('{"place": "a/r", "verdict": "healthy"}\n', "breaks off"),
        ("rubbish", "cannot be read"),
        ('{"fleet": {"schema": 7}}\n', "schema 7"),
    ],
)
def test_an_earlier_report_that_cannot_be_read_is_told_of(tmp_path, content, why):
    (tmp_path / "before").mkdir()
    if content is not None:
        (tmp_path / "before" / "fleet.jsonl").write_text(content, encoding="utf-8")
    fleet = merged(night(tmp_path / "now", a=of("a", "failed")), before=tmp_path / "before")
    assert why in fleet.change.problem
    assert not fleet.change.counts
    assert any(why in line for line in text.lines(fleet))


def test_the_record_keeps_to_its_schema(tmp_path):
    runs = night(tmp_path, a=of("a", "failed", "error", "passed"), b=of("b", "passed")[:1])
    fleet = merged(runs, tmp_path / "out", notes=["account 9 is suspended"])
    schema = json.loads(Path(record.__file__).with_name("fleet.schema.json").read_text(encoding="utf-8"))
    lines = [json.loads(line) for line in (tmp_path / "out" / "fleet.jsonl").read_text().splitlines()]
    for line in lines:
        jsonschema.validate(line, schema)
    assert lines[-1]["fleet"]["exit"] == fleet.exit_code() == 1
    assert lines[-1]["fleet"]["blind"] == [
        {"place": "b/r", "reason": "its run broke off after 1 line: there is no last line"}
    ]
    assert [line["verdict"] for line in lines[:2]] == ["sick", "blind"]
    assert lines[2]["cause"] == "memory"


def test_the_terminal_names_every_blind_place_and_the_likeliest_first(tmp_path):
    runs = night(tmp_path, **{f"p{n}": of(f"p{n}", "passed")[:1] for n in range(30)}, a=of("a", "failed"))
    told = "\n".join(text.lines(merged(runs, notes=["account 9 is suspended"])))
    assert all(f"p{n}/r: its run broke off" in told for n in range(30))
    assert told.startswith("fleet: 31 places: 1 sick, 30 blind\n\n== 30 blind places")
    assert "memory: in 1 place; 1 finding, 1 of them hurts now" in told
    assert "note:     account 9 is suspended" in told
    assert told.endswith("coverage: 1 of 31 places looked at; 30 blind\nexit:     1, something is sick")


def hostile(tmp_path: Path) -> Fleet:
    said = finding() | {"cause": EVIL, "symptom": EVIL, "remedy": EVIL}
    sick = result("failed", PLACE, EVIL, findings=[said], service=EVIL)
    blind = result("error", OTHER, reason=EVIL)
    runs = [write(tmp_path / "1", sick, ending(1)), write(tmp_path / "2", blind, ending(6), places=(OTHER,))]
    merged([write(tmp_path / "0", result(), ending(0), places=(THIRD,))], tmp_path / "before")
    return merged([*runs, tmp_path / "no\x1b[31m<b>"], notes=[EVIL], before=tmp_path / "before")


def test_text_from_aws_is_inert_in_the_terminal(tmp_path):
    for line in text.lines(hostile(tmp_path)):
        assert re.fullmatch(r"\n?[^\x00-\x1f\x7f\u202e]*", line), repr(line)


def test_text_from_aws_is_inert_in_the_page(tmp_path):
    seen: set[str] = set()
    attributes: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.add(tag)
            attributes.update(name for name, _ in attrs)

    told = page.page(hostile(tmp_path))
    Reader().feed(told)
    assert seen.isdisjoint({"script", "b\x1b", "img", "a"})
    assert not [name for name in attributes if name.startswith("on")]
    assert "\x1b" not in told
    assert "default-src 'none'" in told
    assert "&lt;script&gt;alert(1)" in told


def test_the_page_tells_all(tmp_path):
    then = {"a": of("a", "failed"), "b": of("b", "passed")}
    now = {"a": of("a", "failed", "failed"), "b": of("b", "passed")[:1], "c": of("c", "passed", "error")}
    told = page.page(compared(tmp_path, then, now))
    for words in ("1 place of 3 sick", "Blind places", "Top causes", "Since 2026-03-04", "broke off", "partly blind"):
        assert words in told, words


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "reports.merge", *words], capture_output=True, text=True, timeout=60)


def test_the_command_writes_and_prints_all_three(tmp_path, capsys):
    runs = night(tmp_path / "runs", a=of("a", "failed"), b=of("b", "passed"))
    assert main([str(tmp_path / "runs"), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"report:   {tmp_path / 'out' / 'fleet.html'}"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"fleet.html", "fleet.jsonl"}
    assert main([*map(str, runs), "--out", str(tmp_path / "out"), "--before", str(tmp_path / "out")]) == 1
    assert "0 new, 0 found where nobody could look then, 0 fixed, 1 still sick" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("places", "code", "said"), [("a/r\nz/r\n", 6, "z/r: no run of it was brought"), ("a/r\n", 0, "0, healthy")]
)
def test_the_command_misses_places(tmp_path, capsys, places, code, said):
    (tmp_path / "places").write_text(places, encoding="utf-8")
    (folder,) = night(tmp_path / "runs", a=of("a", "passed"))
    assert main([str(folder), "--places", str(tmp_path / "places"), "--out", str(tmp_path / "out")]) == code
    assert said in capsys.readouterr().out


def test_what_cannot_be_used_is_one_line_and_exit_4(tmp_path):
    done = run(str(tmp_path), "--places", str(tmp_path / "none"), "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (4, 1, "")
    assert "No such file or directory: pass another --places FILE" in done.stderr
    (tmp_path / "file").write_text("", encoding="utf-8")
    for words, fix in ((("--out", str(tmp_path / "file")), "pass --out DIR"), (("--bogus",), "--help")):
        done = run(str(tmp_path), *words)
        assert (done.returncode, done.stderr.count("\n")) == (4, 1)
        assert fix in done.stderr
