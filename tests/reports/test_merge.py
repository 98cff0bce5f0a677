"""Runs of a fleet become one report, and a run that is not whole is a blind place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.merge.collect import AT_ONCE, LONGEST_LINE
from reports.merge.fleet import Fleet, PlaceView
from reports.merge.folders import Expected, PlacesFileError, expected_places
from reports.merge.night import merged
from tests.reports.fleets import OTHER, PLACE, ending, finding, result, text_of, write


def one(folder: Path) -> PlaceView:
    (place,) = merged([folder]).places
    return place


@pytest.mark.parametrize(
    ("lines", "verdict", "code"),
    [
        ([result(), ending(0)], "healthy", 0),
        ([result("xfailed"), ending(0)], "healthy", 0),
        ([result(), result("failed", name="b"), ending(1)], "sick", 1),
        ([result("failed"), result("error", name="b"), ending(1)], "sick", 1),
        ([result(), result("error", name="b"), ending(6)], "partly blind", 6),
        ([result("error"), ending(6)], "blind", 6),
        ([result("skipped"), ending(5)], "nothing checked", 5),
    ],
)
def test_a_whole_record_is_judged_as_its_run_was(tmp_path, lines, verdict, code):
    fleet = merged([write(tmp_path / "run", *lines)])
    assert [(place.place, place.verdict) for place in fleet.places] == [(PLACE, verdict)]
    assert fleet.exit_code() == code


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "empty"),
        ([result()], "broke off after 1 line"),
        ([result(), "rubbish", ending(0)], "1 line of its results.jsonl cannot be read"),
        ([result(), '{"check": "test_b", "target": "x"', ending(0)], "1 line"),
        ([result(), result("glorious", name="b"), ending(0)], "1 line"),
        ([result(), result(name="b", findings=3), ending(0)], "1 line"),
        ([result(), "[]", "null", "7", '"x"', ending(0)], "4 lines"),
        ([result(), '{"run": 0}'], "no exit code"),
        ([result(), ending(0), result(name="b")], "goes on after its last line"),
        ([result(), ending(0), result(name="b"), ending(0)], "more than one run"),
        ([result(), ending(2)], "interrupted"),
        ([result(), ending(3)], "failed by itself"),
        ([result(), ending(6)], "ended with exit 6, but its lines say 0"),
        ([result(), ending(1)], "ended with exit 1, but its lines say 0"),
        ([result("skipped"), ending(0)], "ended with exit 0, but its lines say 5"),
        ([result(), ending(0, schema=9)], "schema 9"),
        ([result(), ending(0, coverage="2 of 2 checked")], "2"),
        ([result(), ending(0, coverage="1 of 1 checked; 3 not run")], "not run"),
    ],
)
def test_a_record_that_is_not_whole_is_a_blind_place_with_its_reason(tmp_path, lines, why):
    place = one(write(tmp_path / "run", *lines))
    assert place.verdict == "blind"
    assert why in place.blind
    assert merged([tmp_path / "run"]).exit_code() == 6


def test_what_is_sick_in_a_record_that_is_not_whole_still_counts(tmp_path):
    place = one(write(tmp_path / "run", result("failed"), '{"check": "te'))
    assert (place.verdict, place.causes) == ("sick", ("memory",))
    assert "broke off" in place.blind
    torn = one(write(tmp_path / "torn", result("failed", findings=[{"cause": {}}, 7]), ending(1)))
    assert (torn.verdict, torn.blind) == ("sick", "1 line of its results.jsonl cannot be read")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00rubbish", b"\x1f\x8b\x08\x00" + b"\x00" * 99, b"\n\n \n", b"{" * 99_999]
)
def test_any_rubbish_is_one_blind_place_among_well_ones(tmp_path, content):
    folders = [write(tmp_path / f"{n}", result(place=f"{n}/r"), ending(0), places=(f"{n}/r",)) for n in range(3)]
    (folders[1] / "results.jsonl").write_bytes(content)
    fleet = merged(folders)
    assert [place.verdict for place in fleet.places] == ["healthy", "blind", "healthy"]


def test_a_line_that_is_too_long_costs_its_place_and_no_other(tmp_path):
    good = write(tmp_path / "a", result(place=OTHER), ending(0), places=(OTHER,))
    long = write(tmp_path / "b", "x" * (LONGEST_LINE * 3), result("failed"), ending(1))
    ours, others = merged([good, long]).places
    assert (ours.place, ours.verdict, others.verdict) == (PLACE, "sick", "healthy")
    assert "cannot be read" in ours.blind


def test_a_folder_that_is_not_there_or_holds_no_results_is_blind(tmp_path):
    (tmp_path / "111111111111_eu-west-1").mkdir()
    pipe = write(tmp_path / "pipe", result(), ending(0), places=(OTHER,)) / "results.jsonl"
    pipe.unlink()
    pipe.mkdir()
    fleet = merged([tmp_path / "gone", tmp_path / "111111111111_eu-west-1", tmp_path / "pipe"])
    assert {place.place: place.blind for place in fleet.places} == {
        "gone": "its run folder is not there",
        PLACE: "its run left no results.jsonl",
        OTHER: "its run left no results.jsonl",
    }


def test_one_run_tells_of_several_places(tmp_path):
    lines = [result(), result("failed", place=OTHER), result(place=""), ending(1, "memory")]
    run = write(tmp_path / "run", *lines, places=(PLACE, OTHER, "333333333333/eu-west-1"))
    verdicts = {place.place: (place.verdict, place.blind) for place in merged([run]).places}
    assert verdicts == {
        PLACE: ("healthy", ""),
        OTHER: ("sick", ""),
        "333333333333/eu-west-1": ("blind", "its run holds no result of it"),
        "run": ("healthy", ""),
    }


def test_what_is_asked_of_no_resource_is_the_place_s_own(tmp_path):
    place = one(write(tmp_path / "run", result("error", place=""), result(), ending(6)))
    assert (place.place, place.verdict) == (PLACE, "partly blind")


def test_places_that_are_missed_are_blind_and_known_reasons_are_told(tmp_path):
    run = write(tmp_path / "run", result(), ending(0))
    fleet = merged([run], expected=[Expected(PLACE), Expected(OTHER), Expected("3/r", "role cannot be assumed")])
    assert [(p.place, p.blind) for p in fleet.blind()] == [
        (OTHER, "no run of it was brought"),
        ("3/r", "role cannot be assumed"),
    ]
    assert merged([run], expected=[Expected(PLACE, "its task timed out")]).places[0].verdict == "blind"


def test_a_folder_counts_once_and_names_with_patterns_are_names(tmp_path):
    runs = [write(tmp_path / name, result(name=name), ending(0)) for name in ("a[1]", "a*", "a?", "a'b")]
    (place,) = merged([*runs, *runs]).places
    assert place.counts == {"passed": 4}


def test_more_folders_than_are_read_at_once(tmp_path):
    number = AT_ONCE * 2 + 3
    runs = [write(tmp_path / f"{n}", result(place=f"{n}/r"), ending(0), places=(f"{n}/r",)) for n in range(number)]
    assert len(merged(iter(runs)).of("healthy")) == number


def test_top_causes_and_worst_services(tmp_path):
    def sick(place: str, cause: str, service: str, impact: str = "now") -> dict[str, object]:
        more = {"service": service} if service else {}
        return result("failed", place, findings=[finding(place, cause=cause, impact=impact)], **more)

    runs = [
        write(
            tmp_path / "1",
            sick("1/r", "memory", "mail"),
            sick("1/r", "lock", "mail"),
            ending(1, "lock"),
            places=("1/r",),
        ),
        write(tmp_path / "2", sick("2/r", "memory", "shop", "soon"), ending(1)),
        write(tmp_path / "3", sick("3/r", "memory", "", "soon"), ending(1)),
    ]
    fleet = merged(runs)
    assert [(c.cause, c.places, c.findings, c.now, c.likeliest) for c in fleet.causes] == [
        ("lock", 1, 1, 1, 1),
        ("memory", 3, 3, 1, 0),
    ]
    assert fleet.causes[1].example == "orders: 97% used, expected below 90%"
    assert fleet.causes[1].at == "test_a[1/r/orders]"
    assert [(s.service, s.findings, s.now, s.causes) for s in fleet.services] == [
        ("mail", 2, 2, ("lock", "memory")),
        ("shop", 1, 0, ("memory",)),
    ]
    assert fleet.unnamed == 1


def test_the_times_of_the_first_and_the_last_run(tmp_path):
    write(tmp_path / "1", result(), ending(0), now="2026-03-04T03:00:00+01:00")
    write(tmp_path / "2", result(), ending(0), now="2026-03-04T04:00:00+00:00")
    write(tmp_path / "3", result(), ending(0), now="yesterday")
    fleet = merged([tmp_path / name for name in "123"])
    assert (fleet.since, fleet.until) == ("2026-03-04T02:00:00+00:00", "2026-03-04T04:00:00+00:00")


def test_a_fleet_of_nothing_was_not_checked():
    assert Fleet(()).exit_code() == 5


LINES = [result(), result("skipped", name="b"), result("failed", name="c"), ending(1)]
WELL = [result(), result(name="é\n"), result("skipped", name="c"), ending(0)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_cut_makes_a_place_healthy(tmp_path_factory, data):
    lines = data.draw(st.sampled_from([LINES, WELL]))
    whole = text_of(lines).encode()
    run = write(tmp_path_factory.mktemp("cut") / "run", *lines)
    kept = data.draw(st.integers(0, len(whole) - 2))
    (run / "results.jsonl").write_bytes(whole[:kept])
    place = one(run)
    assert place.verdict in ("blind", "sick")
    assert place.blind
    if lines is LINES and kept >= len(text_of(lines[:3]).encode()):
        assert place.verdict == "sick"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WELL)), rubbish=st.binary(min_size=1, max_size=40))
def test_no_line_of_rubbish_is_overlooked(tmp_path_factory, at, rubbish):
    rubbish = rubbish.replace(b"\n", b"?").replace(b"\r", b"?").strip() or b"?"
    run = write(tmp_path_factory.mktemp("rubbish") / "run")
    lines = [text_of([line]).encode() for line in WELL]
    (run / "results.jsonl").write_bytes(b"".join([*lines[:at], rubbish + b"\n", *lines[at:]]))
    place = one(run)
    assert (place.verdict, bool(place.blind)) == ("blind", True)


def test_the_list_of_places(tmp_path):
    path = tmp_path / "places"
    path.write_text('1/r\n\n{"account": "2", "region": "r", "blind": "a\\nb", "name": "x"}\n', encoding="utf-8")
    assert expected_places(path) == [Expected("1/r"), Expected("2/r", "a b")]


@pytest.mark.parametrize("content", ["", "\n", "one\n", '{"account": "1"}\n', "[1]\n", "1/r\nx/y/z\n"])
def test_a_list_of_places_that_cannot_be_meant_is_refused(tmp_path, content):
    path = tmp_path / "places"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PlacesFileError):
        expected_places(path)


def test_a_list_of_places_may_begin_with_the_mark_of_its_encoding(tmp_path):
    (tmp_path / "places").write_text(f"{PLACE}\n", encoding="utf-8-sig")
    assert expected_places(tmp_path / "places") == [Expected(PLACE)]


def test_a_list_of_places_that_is_not_there(tmp_path):
    with pytest.raises(PlacesFileError, match="No such file"):
        expected_places(tmp_path / "none")
