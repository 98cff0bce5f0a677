"""What do DescribeAlarms, DescribeAlarmHistory and their kin answer?"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from moto.utilities.utils import get_partition

from sandbox.services import actions, composite, era
from sandbox.services.actions import Request, epoch, refusal, utc
from sandbox.services.alarm_book import Alarm, Transition, book, now

_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")


def _arn(request: Request, name: str) -> str:
    partition = get_partition(request.region)
    return f"arn:{partition}:cloudwatch:{request.region}:{request.account}:alarm:{name}"


def _put(request: Request) -> None:
    params = {k: v for k, v in request.params.items() if v is not None and k != "Tags"}
    alarms = book(request.account, request.region).alarms
    old = alarms.get(params["AlarmName"])
    alarms[params["AlarmName"]] = Alarm(params, era.moment(), old.overrides if old else [])


def put_composite_alarm(request: Request) -> None:
    """PutCompositeAlarm: the rule must parse and name alarms that exist."""
    _, names = composite.parse(request.get("AlarmRule", ""))
    known = book(request.account, request.region).alarms
    for name in names:
        if name not in known:
            raise refusal(
                "ValidationError",
                f"Could not save the composite alarm as alarms [{name}] in the alarm rule do not exist.",
            )
    _put(request)


def delete_alarms(request: Request) -> None:
    """DeleteAlarms."""
    for name in request.get("AlarmNames", []):
        book(request.account, request.region).alarms.pop(name, None)


def set_alarm_state(request: Request) -> None:
    """SetAlarmState: holds until the data next changes the state."""
    alarm = book(request.account, request.region).alarms.get(request.get("AlarmName"))
    if alarm is None:
        raise refusal("ResourceNotFound", "Unknown")
    state, data = request.get("StateValue"), request.get("StateReasonData") or "{}"
    if state not in _STATES:
        text = f"Value '{state}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set"
        raise refusal("ValidationError", f"{text}: [INSUFFICIENT_DATA, ALARM, OK]")
    try:
        json.loads(data)
    except ValueError as error:
        raise refusal("InvalidFormat", "Unknown") from error
    alarm.overrides.append(Transition(now(), state, request.get("StateReason", ""), data, by_hand=True))


def _described(request: Request, alarm: Alarm, changes: list[Transition]) -> dict[str, Any]:
    current = changes[-1]
    described = {
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        **alarm.params,
        "AlarmArn": _arn(request, alarm.name),
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "StateValue": current.state,
        "StateReason": current.reason,
        "StateReasonData": current.data,
        "StateUpdatedTimestamp": utc(current.moment),
        "StateTransitionedTimestamp": utc(_since(changes)),
    }
    if not alarm.is_composite:
        described.setdefault("Dimensions", [])
    return described


def _since(changes: list[Transition]) -> float:
    """When the present state began."""
    since = changes[-1]
    for change in reversed(changes):
        if change.state != since.state:
            break
        since = change
    return since.moment


def _selected(request: Request) -> list[Alarm]:
    alarms = book(request.account, request.region).alarms
    types = request.get("AlarmTypes") or ["MetricAlarm"]
    names, prefix = request.get("AlarmNames"), request.get("AlarmNamePrefix", "")
    action = request.get("ActionPrefix", "")
    related = _related(request, alarms)
    if names and prefix:
        raise refusal("ValidationError", "AlarmNamePrefix and AlarmNames are mutually exclusive.")
    return [
        alarm
        for name, alarm in sorted(alarms.items())
        if ("CompositeAlarm" if alarm.is_composite else "MetricAlarm") in types
        and (not names or name in names)
        and name.startswith(prefix)
        and (related is None or name in related)
        and (not action or any(a.startswith(action) for a in alarm.params.get("AlarmActions", [])))
    ]


def _related(request: Request, alarms: dict[str, Alarm]) -> set[str] | None:
    """The names that ChildrenOfAlarmName or ParentsOfAlarmName ask for."""
    if parent := request.get("ChildrenOfAlarmName"):
        return set(composite.parse(alarms[parent].params["AlarmRule"])[1]) if parent in alarms else set()
    if child := request.get("ParentsOfAlarmName"):
        rules = {n: a.params["AlarmRule"] for n, a in alarms.items() if a.is_composite}
        return {n for n, rule in rules.items() if child in composite.parse(rule)[1]}
    return None


def describe_alarms(request: Request) -> dict[str, Any]:
    """DescribeAlarms: metric alarms only unless AlarmTypes says otherwise; 50 a page by default, 100 at most."""
    place, now_s, state = book(request.account, request.region), now(), request.get("StateValue")
    described = []
    for alarm in _selected(request):
        shown = _described(request, alarm, place.transitions(alarm, now_s))
        if state in (None, shown["StateValue"]):
            described.append((alarm, shown))
    start, size = int(request.get("NextToken", "0")), min(int(request.get("MaxRecords", 50)), 100)
    page = described[start : start + size]
    answer: dict[str, Any] = {
        "MetricAlarms": [shown for alarm, shown in page if not alarm.is_composite],
        "CompositeAlarms": [shown for alarm, shown in page if alarm.is_composite],
    }
    if start + size < len(described):
        answer["NextToken"] = str(start + size)
    return answer


def describe_alarms_for_metric(request: Request) -> dict[str, Any]:
    """DescribeAlarmsForMetric."""
    place, now_s = book(request.account, request.region), now()
    wanted = (request.get("Namespace"), request.get("MetricName"))
    chosen = [a for a in place.alarms.values() if (a.params.get("Namespace"), a.params.get("MetricName")) == wanted]
    return {"MetricAlarms": [_described(request, a, place.transitions(a, now_s)) for a in chosen]}


def describe_alarm_history(request: Request) -> dict[str, Any]:
    """DescribeAlarmHistory: the changes of state, newest first unless asked otherwise."""
    place, now_s = book(request.account, request.region), now()
    names = [request.get("AlarmName")] if request.get("AlarmName") else sorted(place.alarms)
    start_s = epoch(request.get("StartDate", 0.0))
    end_s = epoch(request.get("EndDate", now_s))
    items = []
    if request.get("HistoryItemType", "StateUpdate") == "StateUpdate":
        for name in names:
            if name in place.alarms:
                items += _history(place.alarms[name], place.history(place.alarms[name], now_s))
    items = [i for i in items if start_s <= i["Timestamp"].timestamp() <= end_s]
    items.sort(key=lambda i: i["Timestamp"], reverse=request.get("ScanBy") != "TimestampAscending")
    start, size = int(request.get("NextToken", "0")), min(int(request.get("MaxRecords", 100)), 100)
    answer: dict[str, Any] = {"AlarmHistoryItems": items[start : start + size]}
    if start + size < len(items):
        answer["NextToken"] = str(start + size)
    return answer


def _history(alarm: Alarm, changes: list[Transition]) -> list[dict[str, Any]]:
    items = []
    for before, after in pairwise(changes):
        data = {
            "version": "1.0",
            "oldState": {"stateValue": before.state, "stateReason": before.reason},
            "newState": {"stateValue": after.state, "stateReason": after.reason},
        }
        items.append(
            {
                "AlarmName": alarm.name,
                "AlarmType": "CompositeAlarm" if alarm.is_composite else "MetricAlarm",
                "Timestamp": utc(after.moment),
                "HistoryItemType": "StateUpdate",
                "HistorySummary": f"Alarm updated from {before.state} to {after.state}",
                "HistoryData": json.dumps(data),
            }
        )
    return items


def install(response_class: Any) -> None:
    """Give moto's CloudWatch the alarm operations; moto keeps its own copy for the tagging API."""
    put_metric_alarm, moto_delete = response_class.put_metric_alarm, response_class.delete_alarms
    actions.add(
        response_class,
        {
            "PutCompositeAlarm": put_composite_alarm,
            "SetAlarmState": set_alarm_state,
            "DescribeAlarms": describe_alarms,
            "DescribeAlarmsForMetric": describe_alarms_for_metric,
            "DescribeAlarmHistory": describe_alarm_history,
            "EnableAlarmActions": lambda request: _switch(request, True),
            "DisableAlarmActions": lambda request: _switch(request, False),
        },
    )

    def put(self: Any) -> Any:
        answer = put_metric_alarm(self)
        _put(Request(self.current_account, self.region, dict(self.params)))
        return answer

    def delete(self: Any) -> Any:
        delete_alarms(Request(self.current_account, self.region, dict(self.params)))
        return moto_delete(self)

    actions.replace(response_class, "put_metric_alarm", put)
    actions.replace(response_class, "delete_alarms", delete)


def _switch(request: Request, enabled: bool) -> None:
    alarms = book(request.account, request.region).alarms
    for name in request.get("AlarmNames", []):
        if name in alarms:
            alarms[name].params["ActionsEnabled"] = enabled
