"""Fields are discovered by the shape of each event."""

from __future__ import annotations

import pytest

REQUEST = "0fc78b01-f6e0-400a-be91-71c5d1ea0001"
REPORT = (
    f"REPORT RequestId: {REQUEST}\tDuration: 1394.60 ms\tBilled Duration: 1395 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 79 MB\tInit Duration: 428.60 ms\t\n"
    "XRAY TraceId: 1-65ab12cd-0123456789abcdef01234567\tSegmentId: 107ea78a5750a811\tSampled: true\t\n"
)


def test_json_flattens_and_indexes_lists(logs):
    logs.add({"a": {"b": [{"c": "x"}, {"c": 2.5}]}, "flag": False, "nothing": None})
    row = logs.rows("fields a.b.0.c, a.b.1.c, a.b, a, flag, nothing, a.b.2.c")
    assert row == [{"a.b.0.c": "x", "a.b.1.c": "2.5", "flag": "false"}]


def test_names_are_case_sensitive(logs):
    logs.add({"Status": 1, "status": 2})
    assert logs.rows("fields Status, status, STATUS") == [{"Status": "1", "status": "2"}]


def test_keys_with_dots_dashes_and_at_signs(logs):
    logs.add({"a.b": 1, "c": {"d.e": {"f": 2}}, "x-y": 3, "@id": 4, "p/q~r": 5})
    row = logs.rows("fields a.b, c.d.e.f, `x-y`, `@@id`, @id, `p/q~r`")
    assert row == [{"a.b": "1", "c.d.e.f": "2", "x-y": "3", "@@id": "4", "p/q~r": "5"}]


def test_a_json_string_inside_stays_text(logs):
    logs.add({"body": '{"inner": {"n": 1}}'})
    assert logs.rows("fields body, body.inner.n") == [{"body": '{"inner": {"n": 1}}'}]
    assert logs.rows("fields jsonParse(body) as b | display b.inner.n, b.inner") == [
        {"b.inner.n": "1", "b.inner": '{"n": 1}'.replace(" ", "")}
    ]


def test_booleans_compare_as_numbers_and_words(logs):
    logs.add({"ok": True}, {"ok": False})
    for condition in ("ok = 1", "ok = true", 'ok = "true"', "ok != false", "ok > 0"):
        assert logs.column(f"fields ok | filter {condition}", "ok") == ["true"], condition


def test_only_the_first_200_fields_are_discovered(logs):
    logs.add({f"k{i}": i for i in range(300)}, {"deep": {f"k{i}": [i] for i in range(200)}})
    assert logs.rows("fields k0, k199, k200, k299 | filter ispresent(k0)") == [{"k0": "0", "k199": "199"}]
    assert logs.column("fields deep.k199.0 as last | filter ispresent(deep.k0.0)", "last") == ["199"]
    assert logs.answer("filter @message like /k299/").statistics.records_matched == 1


def test_broken_json_has_no_fields_and_no_error(logs):
    logs.add('{"a": 1', "[1, 2]", '{"a": 2}')
    assert logs.column("fields a | sort @timestamp", "a") == [None, None, "2"]


def test_lambda_lines(logs):
    logs.add(
        f"START RequestId: {REQUEST} Version: $LATEST\n",
        f"2026-11-20T10:00:01.600Z\t{REQUEST}\tINFO\thello\n",
        f"[ERROR]\t2026-11-20T10:00:01.600Z\t{REQUEST}\tbad\n",
        f"2026-11-20T10:00:04.000Z {REQUEST} Task timed out after 3.00 seconds\n\n",
        f"END RequestId: {REQUEST}\n",
        REPORT,
        "plain text",
        group="/aws/lambda/orders",
    )
    query = "fields @type, @requestId | sort @timestamp"
    assert logs.column(query, "@type") == ["START", None, None, None, "END", "REPORT", None]
    assert logs.column(query, "@requestId") == [REQUEST] * 6 + [None]
    [row] = logs.rows("filter @type = 'REPORT' | fields @duration, @billedDuration, @initDuration, @memorySize")
    assert row == {
        "@duration": "1394.6",
        "@billedDuration": "1395.0",
        "@initDuration": "428.6",
        "@memorySize": "1.28E8",
    }
    [row] = logs.rows("filter ispresent(@xrayTraceId) | fields @xrayTraceId, @xraySegmentId, @maxMemoryUsed / 1000000")
    assert list(row.values()) == ["1-65ab12cd-0123456789abcdef01234567", "107ea78a5750a811", "79"]


def test_lambda_json_report(logs):
    metrics = {"durationMs": 21.5, "billedDurationMs": 22, "memorySizeMB": 128, "maxMemoryUsedMB": 64}
    record = {"requestId": REQUEST, "metrics": metrics, "tracing": {"value": "Root=1-abc-def;Parent=1;Sampled=1"}}
    logs.add({"time": "2026-11-20T10:00:00Z", "type": "platform.report", "record": record})
    [row] = logs.rows("fields @type, @requestId, @duration, @maxMemoryUsed, @xrayTraceId, record.metrics.memorySizeMB")
    assert list(row.values()) == ["REPORT", REQUEST, "21.5", "6.4E7", "1-abc-def", "128"]


def test_the_first_json_fragment_of_a_lambda_line(logs):
    line = f'2026-11-20T10:00:01.600Z\t{REQUEST}\tINFO\t{{"order": {{"id": 7}}}} then {{"order": 8}}\n'
    logs.add(line, group="/aws/lambda/orders")
    logs.add(line, group="/ecs/orders")
    assert logs.rows("fields order.id | filter @log like /lambda/") == [{"order.id": "7"}]
    assert logs.rows("fields order.id | filter @log like /ecs/") == [{}]


def test_flow_log_records(logs):
    logs.add(
        "2 123456789012 eni-1 10.0.0.1 10.0.0.2 40000 443 6 10 840 1 2 ACCEPT OK",
        "2 123456789012 eni-1 - - - - - - - 1 2 - NODATA\n",
        "3 of something else",
    )
    query = "fields version, accountId, interfaceId, srcAddr, dstPort, protocol, bytes, startTime, action, logStatus"
    rows = logs.rows(f"{query} | sort @timestamp")
    assert list(rows[0].values()) == ["2", "123456789012", "eni-1", "10.0.0.1", "443", "6", "840", "1", "ACCEPT", "OK"]
    assert rows[1]["logStatus"] == "NODATA"
    assert rows[1]["bytes"] == "-"
    assert rows[2] == {}
    assert logs.rows("stats sum(bytes) as total") == [{"total": "840"}]


def test_route_53_query_logs(logs):
    logs.add(
        "1.0 2026-11-20T10:00:00Z Z1D633PJN98FT9 www.example.com AAAA NXDOMAIN UDP NRT57-C1 192.0.2.1 198.51.100.0/24"
    )
    [row] = logs.rows("fields hostZoneId, queryName, queryType, responseCode, protocol, edgeLocation, resolverIp")
    assert list(row.values()) == [
        "Z1D633PJN98FT9",
        "www.example.com",
        "AAAA",
        "NXDOMAIN",
        "UDP",
        "NRT57-C1",
        "192.0.2.1",
    ]


@pytest.mark.parametrize("message", ["GET /x 200", "{}", ""])
def test_other_events_have_system_fields_only(logs, message):
    logs.add(message, stream="s", group="/g")
    [row] = logs.rows("fields @timestamp, @ingestionTime, @logStream, @log, @message, @type, srcAddr, any.thing")
    assert row == {
        "@timestamp": "2026-11-20 10:00:00.000",
        "@ingestionTime": "2026-11-20 10:00:00.000",
        "@logStream": "s",
        "@log": "111122223333:/g",
        "@message": message,
    }


def test_groups_of_different_shapes_in_one_query(logs):
    logs.add({"protocol": "https", "action": "BLOCK"}, group="/waf")
    logs.add("2 123456789012 eni-1 10.0.0.1 10.0.0.2 40000 443 6 10 840 1 2 REJECT OK", group="/flow")
    logs.add("text", group="/text")
    assert logs.rows("filter ispresent(action) | stats count(*) by action, protocol, @log | sort action") == [
        {"action": "BLOCK", "protocol": "https", "@log": "111122223333:/waf", "count(*)": "1"},
        {"action": "REJECT", "protocol": "6", "@log": "111122223333:/flow", "count(*)": "1"},
    ]
