"""Is a request red where it ended in an error, green where it ended well, and neither where nobody knows?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.logs.journeys import Journey, Span, Step, broken_journey, sign_of, timeline
from tests.builders import NOW, target


def step(second: float, text: str, where: str = "/app", stream: str = "s") -> Step:
    return Step(NOW + timedelta(seconds=second), where, stream, text, sign_of(text))


def span(start: float, end: float | None, sign: str = "ok", root: bool = True, text: str = "") -> Span:
    last = None if end is None else NOW + timedelta(seconds=end)
    return Span(NOW + timedelta(seconds=start), last, "web", root, sign, text)  # type: ignore[arg-type]


def journey(*parts: Step | Span, unread: tuple[str, ...] = ()) -> Journey:
    steps = tuple(part for part in parts if isinstance(part, Step))
    spans = tuple(part for part in parts if isinstance(part, Span))
    return Journey(target("followed_request", "req-1"), ("req-1",), steps, spans, unread, NOW)


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("INFO req-1 received", "none"),
        ("ERROR req-1 failed", "bad"),
        ("INFO retried after TimeoutError", "none"),
        ('{"level": "INFO", "message": "handled ValueError"}', "none"),
        ('{"requestId": "req-1", "status": 502}', "bad"),
        ('{"requestId": "req-1", "status": "200"}', "ok"),
        ('192.0.2.1 - - [x]"GET /a HTTP/1.1" 404 12 req-1', "bad"),
        ("START RequestId: a Version: 1", "begun"),
        ("END RequestId: a", "ended"),
        ("REPORT RequestId: a\tDuration: 1 ms", "ended"),
        ("REPORT RequestId: a\tDuration: 1 ms\tStatus: timeout", "bad"),
        ('{"type": "platform.report", "record": {}}', "ended"),
        ("x Task timed out after 3.00 seconds", "bad"),
    ],
)
def test_what_a_line_says(line: str, sign: str) -> None:
    assert sign_of(line) == sign


def test_the_end_decides() -> None:
    failed, retried = step(1, "ERROR no answer"), step(2, '{"status": 200}')
    assert broken_journey(journey(failed, retried)) == []
    assert broken_journey(journey(retried, step(3, "ERROR worker lost it"))) != []
    assert broken_journey(journey(step(0, "INFO in"), step(1, "INFO out"))) == []


def test_the_first_error_since_it_went_well_is_where_to_look() -> None:
    steps = [
        step(0, "ERROR Task timed out after 3.00 seconds", "/auth"),
        step(1, '{"status": 200}', "/auth"),
        step(2, "ERROR KeyError: 'price'", "/price"),
        step(3, "ERROR 502 from price", "/cart"),
    ]
    [found] = broken_journey(journey(*reversed(steps)))
    assert found.symptom == "req-1: ended in an error at /cart, expected to complete"
    assert (found.cause, found.why) == ("code", "/price said: ERROR KeyError: 'price'")
    assert found.remedy.startswith("open /price")
    assert found.onset == NOW + timedelta(seconds=2)


def test_the_root_span_says_how_it_ended() -> None:
    assert broken_journey(journey(span(0, 2, "bad"), step(1, "INFO fine"))) != []
    assert broken_journey(journey(span(0, 2), step(1, "ERROR a try failed"))) == []
    assert broken_journey(journey(span(0, 2), span(0.5, 1, "bad", root=False))) == []


def test_no_end_is_no_good_end() -> None:
    [found] = broken_journey(journey(span(0, None)))
    assert "has no end" in found.symptom
    begun = step(0, "START RequestId: a Version: 1")
    assert broken_journey(journey(begun)) != []
    assert broken_journey(journey(begun, step(1, "END RequestId: a"))) == []
    assert broken_journey(journey(begun, step(1, "END RequestId: b", stream="other"))) != []


def test_nothing_found_is_not_nothing_wrong() -> None:
    with pytest.raises(CouldNotTellError, match="nothing was found about req-1: is the window right"):
        broken_journey(journey())
    with pytest.raises(CouldNotTellError, match="not searched: missing logs:StartQuery"):
        broken_journey(journey(unread=("missing logs:StartQuery",)))


def test_what_was_not_searched_may_hold_the_end() -> None:
    with pytest.raises(CouldNotTellError, match="not all was searched: throttled"):
        broken_journey(journey(step(0, "INFO in"), unread=("throttled",)))
    assert broken_journey(journey(step(0, "ERROR out of stock"), unread=("throttled",))) != []


def test_the_timeline_is_merged() -> None:
    facts = journey(
        step(1.5, "TimeoutError: no answer", "/b"), step(0.25, "INFO in"), span(0, 2, "bad", text="status 504")
    )
    told = (
        "+0.000 s X-Ray web: 2.000 s, status 504",
        "+0.250 s /app: INFO in",
        "+1.500 s /b: TimeoutError: no answer",
    )
    assert timeline(facts) == told
    [found] = broken_journey(facts)
    assert (found.evidence, found.cause) == (told, "timeout")
    assert found.symptom == "req-1: ended in an error at web, expected to complete"


def test_a_long_timeline_shows_both_ends() -> None:
    [found] = broken_journey(journey(*[step(n, f"ERROR {n}") for n in range(100)]))
    assert len(found.evidence) == 31
    assert found.evidence[15] == "… 70 more"
