"""What is not valid or not supported is refused, at its place."""

from __future__ import annotations

import pytest

from sandbox.insights.errors import MalformedQuery
from sandbox.insights.expressions import Times
from sandbox.insights.query import prepare


def refusal(query: str) -> MalformedQuery:
    with pytest.raises(MalformedQuery) as caught:
        prepare(query, Times(0))
    return caught.value


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("pattern @message", "pattern"),
        ("fields @message | diff", "diff"),
        ("fields a | anomaly", "anomaly"),
        ("fields unmask(@message)", "unmask"),
        ("filterIndex region = 'x'", "filterIndex"),
        ("SOURCE '/aws/lambda/a' | fields a", "SOURCE"),
        ("lookup users id as u", "lookup"),
        ("fields a | join b", "join"),
        ("expand items", "expand"),
        ("tail 5", "tail"),
        ("search error", "search"),
        ("select * from t", "select"),
        ("fields a | count()", "count"),
        ("filter a == 1", "="),
        ("filter a && b", "&"),
        ("filter a = 'x' || b = 'y'", "|"),
        ("fields @timestamp -- all", "--"),
        ("fields @timestamp // all of them", "//"),
        ("fields a b", "b"),
        ("filter a in ['x'", None),
        ("filter", None),
        ("fields a |", None),
        ("| fields a", "|"),
        ("", None),
        ("# only a comment", None),
        ("fields detail-type as 'x'", "'x'"),
        ("fields nosuch(a)", "nosuch"),
        ("fields abs(a, b)", "abs(a, b)"),
        ("fields count(*)", "count(*)"),
        ("filter 'abc'", "'abc'"),
        ("filter a like b", "b"),
        ("filter a like ['x']", "["),
        (r"filter a like /(x)\1/", r"/(x)\1/"),
        ("filter a like /(?<!x)y/", "/(?<!x)y/"),
        ("filter a like /(/", "/(/"),
        ("parse 'a' as b", "'a' as b"),
        ("parse 'a*b*' as x", "'a*b*' as x"),
        ("parse /no group/", "/no group/"),
        ("parse /(a)(b)/ as x", "/(a)(b)/ as x"),
        ("fields a as x | fields b as x", "b as x"),
        ("parse 'a *' as x | parse 'b *' as x", "parse 'b *' as x"),
        ("stats a, count(*) by b", "a"),
        ("stats count(*) as n, sum(n)", "n"),
        ("stats sum(avg(a))", "avg(a)"),
        ("stats count(*) by b | stats max(c)", "c"),
        ("stats count(*) by b | filter @message like /x/", "@message"),
        ("stats count(*) by b | stats count(*) by bin(5m)", "bin(5m)"),
        ("sort a | stats count(*) by b | stats count(*)", "sort a"),
        ("stats count(*) as n by a | limit 5 | stats max(n)", "limit 5"),
        ("dedup a | stats count(*)", "stats count(*)"),
        ("dedup a | sort b", "sort b"),
        ("limit 0", "limit 0"),
        ("limit 100001", "limit 100001"),
        ("limit 1.5", "1.5"),
        ("limit x", "x"),
        ("fields bin(a)", "a"),
        ("fields bin(0m)", "0m"),
        ("stats pct(a, 101)", "101"),
        ("stats pct(a, b)", "b"),
        ("fields isIpInSubnet(a, '10.0.0.1/8')", "'10.0.0.1/8'"),
        ("fields isIpv6InSubnet(a, '10.0.0.0/8')", "'10.0.0.0/8'"),
        ("fields isIpInSubnet(a, b)", "b"),
        ("fields parseDate(a, 'GGGG')", "'GGGG'"),
        ("fields parseDate(a, 'yyyy', 'Mars/Base')", "'Mars/Base'"),
        ("fields formatDate(@timestamp, '%Q')", "'%Q'"),
        ("fields regexReplace(a, /x/, '\\\\1')", "'\\\\1'"),
        ("fields queryStartTime()", "queryStartTime()"),
    ],
)
def test_refused_at(query, at):
    error = refusal(query)
    if at is None:
        assert (error.start, error.end) == (len(query), len(query))
    elif at == "unmask":
        assert query[error.start : error.end] == "unmask"
    else:
        assert at.startswith(query[error.start : error.end])
        assert query[error.start :].startswith(at[: error.end - error.start])
        assert error.end > error.start
    assert error.message
    assert "\n" not in error.message


def test_too_many_stats_and_too_long_a_query():
    eleven = " | ".join(["stats count(*) as n"] + ["stats max(n) as n"] * 10)
    assert refusal(eleven).start == eleven.rindex("stats")
    assert refusal("fields a" + " " * 10_000).message.startswith("the query has 10008 characters")


def test_a_place_is_told_by_line_and_position():
    assert refusal("fields a\n| foo b").message == "unexpected symbol found foo at line 2 and position 2"
