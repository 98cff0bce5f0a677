"""Each command, by example."""

from __future__ import annotations

import pytest

ORDERS = [
    {"level": "INFO", "status": 200, "path": "/a", "ms": 12},
    {"level": "ERROR", "status": 500, "path": "/a", "ms": 30.5},
    {"level": "INFO", "status": 200, "path": "/b", "ms": 8},
    {"level": "ERROR", "status": 503, "path": "/b"},
    "started",
]


def test_without_fields_rows_show_time_and_message(logs):
    logs.add("first", "second")
    assert logs.rows("limit 5") == [
        {"@timestamp": "2026-11-20 10:00:01.000", "@message": "second"},
        {"@timestamp": "2026-11-20 10:00:00.000", "@message": "first"},
    ]


def test_fields_accumulate_and_the_last_display_wins(logs):
    logs.add(*ORDERS)
    both = logs.rows("fields level | fields path, level | filter status = 500")
    assert both == [{"level": "ERROR", "path": "/a"}]
    last = logs.rows("fields level | display path | display status, ms as took | filter took > 30")
    assert last == [{"status": "500", "took": "30.5"}]


def test_an_alias_can_be_used_after_it_in_the_same_command(logs):
    logs.add({"ms": 12})
    assert logs.rows("fields ms * 2 as double, double + 1 as more") == [{"double": "24", "more": "25"}]


def test_filter_where_and_case_of_keywords(logs):
    logs.add(*ORDERS)
    assert logs.column('FIELDS path | WHERE level = "ERROR" AND NOT path = "/a"', "path") == ["/b"]


def test_comments_are_ignored_in_any_place(logs):
    logs.add(*ORDERS)
    query = "# what failed? it's | here\nfields path # the path\n| filter status >= 500 # server's fault\n| sort path"
    assert logs.column(query, "path") == ["/a", "/b"]


@pytest.mark.parametrize(
    ("condition", "paths"),
    [
        ("status = 500", ["/a"]),
        ('status = "500"', ["/a"]),
        ("status != 200", ["/a", "/b"]),
        ("status > 499 and status <= 503", ["/a", "/b"]),
        ("status in [500, 502]", ["/a"]),
        ('path in ["/a"] and level in ["ERROR"]', ["/a"]),
        ('level not in ["INFO"]', ["/a", "/b"]),
        ('level like "ERR"', ["/a", "/b"]),
        ('level like "err"', []),
        ("level like /(?i)err/", ["/a", "/b"]),
        ("level =~ /^E.*R$/", ["/a", "/b"]),
        ("level =~ 'RRO'", ["/a", "/b"]),
        ("level not like /I/ ", ["/a", "/b"]),
        ('level = "ERROR" and (path = "/b" or ms > 30)', ["/a", "/b"]),
        ("ms > 10 and status >= 500", ["/a"]),
        ("status > ms and level like 'E'", ["/a"]),
    ],
)
def test_filter_conditions(logs, condition, paths):
    logs.add(*ORDERS)
    assert logs.column(f"fields path | filter status >= 500 and {condition} | sort path", "path") == paths


@pytest.mark.parametrize(
    "condition",
    [
        "ms = 1",
        "ms != 1",
        "ms > 0",
        "ms < 0",
        'ms like ""',
        "ms not like /x/",
        "ms in [1]",
        "ms not in [1]",
        "not ms = 1",
    ],
)
def test_a_missing_field_satisfies_no_comparison(logs, condition):
    logs.add("no field here")
    assert logs.rows(f"filter {condition}") == []


def test_text_is_no_number_and_differs_from_every_number(logs):
    logs.add({"size": "abc"}, {"size": "10"}, {"size": 10})
    assert logs.answer("filter size != 10").statistics.records_matched == 1
    assert logs.answer("filter size > 5").statistics.records_matched == 2
    assert logs.answer('filter size = "10"').statistics.records_matched == 2


def test_parse_glob_keeps_events_that_do_not_match(logs):
    logs.add("user=ann, took 12 ms", "nothing")
    assert logs.rows('parse "user=*, took * ms" as user, took | sort @timestamp | display user, took') == [
        {"user": "ann", "took": "12"},
        {},
    ]


def test_parse_shows_its_fields_beside_the_default(logs):
    logs.add("[WARN] low disk")
    assert logs.rows('parse @message "[*] *" as level, text') == [
        {"@timestamp": "2026-11-20 10:00:00.000", "@message": "[WARN] low disk", "level": "WARN", "text": "low disk"}
    ]


def test_parse_regex_names_fields_and_skips_unnamed_groups(logs):
    logs.add('GET "/x" 200')
    query = r'parse @message /(GET|PUT) "(?<path>[^"]+)" (?<@code>\d+)/ | filter @code = 200 | display path, @code'
    assert logs.rows(query) == [{"path": "/x", "@code": "200"}]


def test_parse_reads_another_field(logs):
    logs.add({"url": "https://a.example/b"})
    assert logs.column('parse url "https://*/*" as host, rest | display host', "host") == ["a.example"]


def test_glob_stars_can_be_escaped_and_span_lines(logs):
    logs.add("2 * 3 = 6\nand more")
    assert logs.rows(r'parse "* \* * = *" as a, b, rest | display a, b, rest') == [
        {"a": "2", "b": "3", "rest": "6\nand more"}
    ]


def test_stats_by_keys_and_bins(logs):
    logs.add(*ORDERS)
    assert logs.rows("filter ispresent(level) | stats count(*) as n, max(ms) by level, bin(2s) | sort level, n") == [
        {"level": "ERROR", "bin(2s)": "2026-11-20 10:00:00.000", "n": "1", "max(ms)": "30.5"},
        {"level": "ERROR", "bin(2s)": "2026-11-20 10:00:02.000", "n": "1"},
        {"level": "INFO", "bin(2s)": "2026-11-20 10:00:00.000", "n": "1", "max(ms)": "12"},
        {"level": "INFO", "bin(2s)": "2026-11-20 10:00:02.000", "n": "1", "max(ms)": "8"},
    ]


def test_events_without_the_key_are_a_group(logs):
    logs.add(*ORDERS)
    assert logs.rows("stats count(*) as n by level | sort n, level") == [
        {"n": "1"},
        {"level": "ERROR", "n": "2"},
        {"level": "INFO", "n": "2"},
    ]


def test_unnamed_columns_are_called_by_their_text_and_found_by_it(logs):
    logs.add(*ORDERS)
    query = (
        "stats count( * ), sum(ms)/count(ms) by level | sort count(*) desc, level | limit 2 | display level, count()"
    )
    assert logs.rows(query) == [{"level": "ERROR", "count()": "2"}, {"level": "INFO", "count()": "2"}]


def test_one_expression_can_be_two_columns_of_by(logs):
    logs.add({"b": "x"}, {"b": "x"})
    assert logs.rows("stats count(*) as n by b as k, b") == [{"k": "x", "b": "x", "n": "2"}]
    assert logs.rows("stats count(*) as n by b, b") == [{"b": "x", "n": "2"}]


def test_an_alias_serves_in_the_same_stats(logs):
    logs.add(*ORDERS)
    assert logs.rows("stats sum(ms) as total, count(ms) as n, total / n as mean") == [
        {"total": "50.5", "n": "3", "mean": str(50.5 / 3)}
    ]


def test_several_stats_see_what_the_one_before_made(logs):
    logs.add(*ORDERS)
    query = """stats count(*) as n by level, path | filter n > 0 | stats sum(n) as events, count(*) as pairs by level
        | stats max(events), max(pairs)"""
    assert logs.rows(query) == [{"max(events)": "2", "max(pairs)": "2"}]


def test_time_survives_one_stats_for_the_next(logs):
    logs.add(*ORDERS)
    query = "stats max(@timestamp) as t, count(*) as n by level | stats sum(n) as n by dateceil(t, 1m) as minute"
    assert logs.rows(query) == [{"minute": "2026-11-20 10:01:00.000", "n": "5"}]


def test_dedup_keeps_the_newest_or_the_first_in_order(logs):
    logs.add(*ORDERS)
    newest = logs.rows("filter ispresent(level) | dedup level | limit 5")
    assert [row["@timestamp"][-6:] for row in newest] == ["03.000", "02.000"]
    oldest = logs.rows("filter ispresent(level) | fields ms | sort @timestamp asc | dedup level")
    assert oldest == [{"ms": "12"}, {"ms": "30.5"}]


def test_dedup_keeps_all_rows_without_the_key(logs):
    logs.add(*ORDERS, "another")
    assert len(logs.rows("dedup level")) == 4


def test_limit_counts_and_defaults(logs):
    logs.add(*(f"line {i}" for i in range(10_050)))
    assert len(logs.rows("limit 3")) == 3
    assert len(logs.rows("fields @message")) == 10_000
    assert len(logs.rows("fields @message | limit 10050")) == 10_050


def test_any_rows_will_do_and_any_is_a_name_too(logs):
    logs.add({"any": 1}, {"any": 2}, {"any": 3})
    assert len(logs.rows("fields any | limit any 2")) == 2


def test_what_comes_before_the_only_stats_is_ordered_and_cut(logs):
    logs.add({"ms": 10}, {"ms": 20}, {"ms": 30})
    assert logs.rows("sort ms | stats sum(ms) as total") == [{"total": "60"}]
    answer = logs.answer("sort ms desc | limit 2 | stats sum(ms) as total by ms > 20")
    assert [row["total"] for row in answer.rows] == ["20", "30"]
    assert answer.statistics.records_matched == 3


def test_unnest_makes_a_row_of_each_element(logs):
    logs.add({"items": [{"name": "a", "n": 1}, {"name": "b", "n": 2}]}, {"items": "alone"}, {"items": []})
    query = "fields jsonParse(@message) as m | unnest m.items into item | sort @timestamp | display item.name, item"
    assert logs.rows(query) == [
        {"item.name": "a", "item": '{"name":"a","n":1}'},
        {"item.name": "b", "item": '{"name":"b","n":2}'},
        {"item": "alone"},
    ]
    assert logs.rows("fields jsonParse(@message) as m | unnest m.items into i | stats sum(i.n) as total") == [
        {"total": "3"}
    ]


def test_statistics_count_events_and_bytes(logs):
    logs.add("ERROR é", "fine")
    statistics = logs.answer("filter @message like 'ERROR' | stats count(*)").statistics
    assert (statistics.records_matched, statistics.records_scanned, statistics.bytes_scanned) == (1, 2, 12)
    assert logs.answer("filter @message like 'ERROR' | limit 1").statistics == statistics


def test_the_time_range_includes_both_ends(logs):
    logs.add("a", "b", "c")
    start = 1_795_168_800_000
    assert [row["@message"] for row in logs.answer("limit 9", start, start + 1000).rows] == ["b", "a"]
    assert logs.answer("limit 9", start + 1, start + 999).rows == ()
