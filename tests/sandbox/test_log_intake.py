"""Do a group's intake metrics follow from what was logged, unless a scenario says otherwise?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def test_events_and_bytes_are_counted(started, tmp_path):
    scenario = tmp_path / "s.py"
    scenario.write_text(
        "from sandbox.series import steady\n"
        "def build(world):\n"
        '    world.logs("/a", ["one", "three"], at="30m", every="1m", until="20m")\n'
        '    world.logs("/b", "x", at="30m", every="1m", until="20m")\n'
        '    world.metric("AWS/Logs", "IncomingLogEvents", {"LogGroupName": "/b"}, steady(7))\n'
    )
    cloudwatch = started("--scenario", str(scenario)).client("cloudwatch")
    end = datetime.now(UTC)

    def total(name: str, group: str) -> float:
        stat = {
            "Metric": {
                "Namespace": "AWS/Logs",
                "MetricName": name,
                "Dimensions": [{"Name": "LogGroupName", "Value": group}],
            },
            "Period": 300,
            "Stat": "Sum",
        }
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "m", "MetricStat": stat}], StartTime=end - timedelta(hours=1), EndTime=end
        )
        return sum(answer["MetricDataResults"][0]["Values"])

    assert total("IncomingLogEvents", "/a") == 20
    assert total("IncomingBytes", "/a") == 80
    assert total("IncomingBytes", "/b") == 10
    assert total("IncomingLogEvents", "/b") > 100
    assert total("IncomingBytes", "/none") == 0
    listed = cloudwatch.list_metrics(Namespace="AWS/Logs", MetricName="IncomingBytes")["Metrics"]
    assert [metric["Dimensions"][0]["Value"] for metric in listed] == ["/a", "/b"]
