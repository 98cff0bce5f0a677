"""Is one trace one id, however it is spelled?"""

from __future__ import annotations

import pytest

from diagnosis.logs.ids import read_trace_id, requests_in, spellings, traces_in

TRACE = "1-5759e988-bd862e3fe1be46a994272793"
DIGITS = "5759e988bd862e3fe1be46a994272793"


@pytest.mark.parametrize(
    "text",
    [
        TRACE,
        TRACE.upper(),
        DIGITS,
        f"Root={TRACE}",
        f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1",
        f"  {TRACE} ",
        f"00-{DIGITS}-53995c3f42cd8ad8-01",
    ],
)
def test_every_spelling_is_one_id(text: str) -> None:
    assert read_trace_id(text) == TRACE
    assert spellings(TRACE) == (TRACE, DIGITS)


@pytest.mark.parametrize(
    "text", ["", "1-5759e988", "zzz", DIGITS[:-1], f"{DIGITS}0", f"{TRACE} 1-{'0' * 8}-{'0' * 24}"]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no trace id"):
        read_trace_id(text)


def test_lines_name_traces_and_requests() -> None:
    request = "8f507cfc-1234-4bcd-8e5f-0123456789ab"
    assert traces_in(f"REPORT RequestId: x\tXRAY TraceId: {TRACE}\tSegmentId: 1") == {TRACE}
    assert traces_in(f"md5 {DIGITS}") == set()
    for line in (
        f"START RequestId: {request} Version: 1",
        f'{{"requestId": "{request}"}}',
        f"aws_request_id={request}",
    ):
        assert requests_in(line) == {request}
    assert requests_in(f"order {request}") == set()
