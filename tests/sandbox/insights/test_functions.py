"""Each function, by example."""

from __future__ import annotations

import pytest

EVENT = {
    "n": 7, "text": "  Héllo ", "ip": "10.1.2.3", "zero": 0, "list": '["a", "b", 3]', "empty": "", "flag": True,
    "date": "20/Nov/2026:19:00:05 +0900",
}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 / 2", "3.5"),
        ("12 / 2 / 3 * 4", "8"),
        ("10 % 3", "1"),
        ("2 ^ 3", "8"),
        ("-n + 1", "-6"),
        ("n / zero", None),
        ("n % zero", None),
        ("text * 2", None),
        ("missing + 1", None),
        ("abs(-5)", "5"),
        ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"),
        ("greatest(1, n, 3)", "7"),
        ("least(1, n, 3)", "1"),
        ("log(1)", "0"),
        ("log(0)", None),
        ("sqrt(9)", "3"),
        ("sqrt(0 - 1)", None),
        ("round(2.5)", "3"),
        ("round(3.14159, 2)", "3.14"),
        ('toNumber("1e3")', "1000"),
        ('toInt("3.9")', "3"),
        ('toInt("3000000000")', None),
        ('toLong("3000000000")', "3000000000"),
        ('toDouble("x")', None),
        ("toupper(trim(text))", "HÉLLO"),
        ('tolower("ÀB")', "àb"),
        ("ltrim(text)", "Héllo "),
        ("rtrim(text)", "  Héllo"),
        ('trim("xyZxyfooxyxyZ", "xyZ")', "foo"),
        ('ltrim("xyZxyfooxyZ", "xyZ")', "fooxyZ"),
        ('strlen("日本")', "2"),
        ('messageSize("日本")', "6"),
        ('substr("xyZfooxyZ", 3, 3)', "foo"),
        ('substr("xyZfoo", 3)', "foo"),
        ('replace("foo", "o", "0")', "f00"),
        (r'regexReplace("a1b22", /\d+/, "#")', "a#b#"),
        ('strcontains(text, "Hé")', "1"),
        ('strcontains("abc", "B")', "0"),
        ('strcontains("abc", "B", true)', "1"),
        ('startsWith(ip, "10.")', "1"),
        ('endsWith(ip, ".4")', "0"),
        ('concat("a", n, "-", ip)', "a7-10.1.2.3"),
        ('split("a,b,c", ",")', '["a","b","c"]'),
        ('md5("a")', "0cc175b9c0f1b6a831c399e269772661"),
        ('sha256("")', "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ('base64decode(base64encode("a b"))', "a b"),
        ('urldecode(urlencode("a b&c"))', "a b&c"),
        ("decToHex(255)", "0xff"),
        ("decToHex(-255)", "-0xff"),
        ('hexToDec("0xff")', "255"),
        ('hexToAscii("48656c6c6f")', "Hello"),
        ("isempty(empty)", "1"),
        ("isempty(missing)", "1"),
        ("isempty(n)", "0"),
        ("isblank(text)", "0"),
        ('isblank("  ")', "1"),
        ("ispresent(empty)", "1"),
        ("ispresent(missing)", "0"),
        ("isNumeric(n)", "1"),
        ("isNumeric(text)", "0"),
        ("isNumeric(flag)", "0"),
        ("coalesce(missing, n)", "7"),
        ('coalesce(missing, "x")', "x"),
        ("if(n > 5, 'big', 'small')", "big"),
        ("case(n < 5, 1, n < 10, 2, 3)", "2"),
        ("case(n < 5, 'a', n > 99, 'b')", None),
        ("jsonArraySize(list)", "3"),
        ('jsonArrayContains(list, "b")', "1"),
        ('jsonArrayContains(list, "z")', "0"),
        ('jsonStringify(jsonParse("{\\"a\\": 1}"))', '{"a":1}'),
        ("isValidIp(ip)", "1"),
        ("isValidIpV4(ip)", "1"),
        ("isValidIpV6(ip)", "0"),
        ('isValidIpV6("2001:db8::1")', "1"),
        ('isValidIp("10.1.2.256")', "0"),
        ("isValidIp(missing)", "0"),
        ('isIpInSubnet(ip, "10.1.0.0/16")', "1"),
        ('isIpv4InSubnet(ip, "10.2.0.0/16")', "0"),
        ('isIpv6InSubnet("2001:db8:1::5", "2001:db8::/32")', "1"),
        ("isPrivateIP(ip)", "1"),
        ("isPublicIP(ip)", "0"),
        ('isPublicIP("8.8.8.8")', "1"),
        ('isPublicIP("2a00:1450::1")', "1"),
        ('isReservedIP("127.0.0.1")', "1"),
        ("ipv4ToNumber(ip)", str(10 * 2**24 + 1 * 2**16 + 2 * 2**8 + 3)),
        ("toMillis(@timestamp)", "1795168800000"),
        ("fromMillis(0)", "1970-01-01 00:00:00.000"),
        ("fromMillis(1e18)", None),
        ("substr(ip, -5, 2)", "10"),
        ("substr(ip, 1e300)", None),
        ("substr(ip, missing)", None),
        (r'regexReplace(ip, "(\\d+)$", "<\\1>")', "10.1.2.<3>"),
        ("1e300 * 1e300", None),
        ("10 ^ 21", "1.0E21"),
        ("12345678901234567890", "1.2345678901234567E19"),
        ("10 ^ 17", "100000000000000000"),
        ("-1 / 30000000", "-3.3333333333333334E-8"),
        ("1 / 10000", "0.0001"),
        ("now()", "1795168800"),
        ('parseDate(date, "dd/MMM/yyyy:HH:mm:ss Z")', "1795168805000"),
        ('parseDate("2026-11-20 19:00", "yyyy-MM-dd HH:mm", "Asia/Tokyo")', "1795168800000"),
        ('parseDate("no date", "yyyy")', None),
        ('formatDate(@timestamp, "%Y/%m/%d %H", "Asia/Tokyo")', "2026/11/20 19"),
        ('strftime(@timestamp, "%H:%M")', "10:00"),
        ('formatDate(@timestamp, "yyyy-MM-dd HH:mm:ss.SSS", "Asia/Tokyo")', "2026-11-20 19:00:00.000"),
        ("-7 % 3", "-1"),
        ("7.5 % -2", "1.5"),
        ("datefloor(fromMillis(1795168999999), 1m)", "2026-11-20 10:03:00.000"),
        ("dateceil(fromMillis(1795168999999), 1m)", "2026-11-20 10:04:00.000"),
        ("dateceil(@timestamp, 1h)", "2026-11-20 10:00:00.000"),
        ("round(haversine(0, 0, 0, 1))", "111"),
    ],
)  # fmt: skip
def test_function(logs, expression, expected):
    logs.add(EVENT)
    assert logs.value(expression) == expected


@pytest.mark.parametrize(
    ("period", "floor"),
    [
        ("300s", "2026-11-20 10:37:00.000"),
        ("60s", "2026-11-20 10:37:00.000"),
        ("5m", "2026-11-20 10:35:00.000"),
        ("90m", "2026-11-20 10:00:00.000"),
        ("5000ms", "2026-11-20 10:37:41.000"),
        ("6 hours", "2026-11-20 06:00:00.000"),
        ("48h", "2026-11-20 00:00:00.000"),
        ("1d", "2026-11-20 00:00:00.000"),
        ("1w", "2026-11-16 00:00:00.000"),
        ("1mo", "2026-11-01 00:00:00.000"),
        ("1q", "2026-10-01 00:00:00.000"),
        ("1yr", "2026-01-01 00:00:00.000"),
    ],
)
def test_periods_are_capped_by_their_unit(logs, period, floor):
    logs.add("x")
    moment_ms = 1_795_168_800_000 + 37 * 60_000 + 41_500
    assert logs.value(f"datefloor(fromMillis({moment_ms}), {period})") == floor


def test_maps_and_lists_are_no_text_and_no_number(logs):
    logs.add({"a": {"b": [1, 2]}})
    assert logs.rows("fields jsonParse(@message) as m | display toupper(m), m.a.b[1], m.a.b + 1, m.a.b") == [
        {"m.a.b[1]": "2", "m.a.b": "[1,2]"}
    ]


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("count(*)", "6"),
        ("count()", "6"),
        ("count(v)", "5"),
        ("count_distinct(v)", "4"),
        ("sum(v)", "17"),
        ("avg(v)", "4.25"),
        ("min(v)", "2"),
        ("max(v)", "10"),
        ("round(stddev(v), 6)", "3.86221"),
        ("pct(v, 50)", "2.5"),
        ("pct(v, 100)", "10"),
        ("earliest(v)", "10"),
        ("latest(v)", "2"),
        ("sortsFirst(v)", "x"),
        ("sortsLast(v)", "10"),
        ("values(v)", '["10","2","3","x"]'),
        ("sum(v > 2)", "2"),
        ("sum(ispresent(v)) / count(*) * 100", "83.33333333333334"),
        ("max(name)", "b"),
        ("max(@timestamp)", "2026-11-20 10:00:05.000"),
        ("sum(nothing)", None),
    ],
)
def test_aggregate(logs, aggregate, expected):
    # x is no number: it counts as a value, and no sum, mean or extreme knows it
    logs.add({"v": "10", "name": "a"}, {"v": 3}, {"v": "x"}, {"name": "b"}, {"v": 2}, {"v": 2})
    [row] = logs.rows(f"stats {aggregate} as result")
    assert row.get("result") == expected
