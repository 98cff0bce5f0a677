"""Is a state machine's definition valid? Its shape, and that every state leads somewhere that exists.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.services.actions import Request

_TYPES = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
_ENDING = ("Succeed", "Fail")
Problem = tuple[str, str, str]
"""Code, message and location."""


def validate_state_machine_definition(request: Request) -> dict[str, Any]:
    """ValidateStateMachineDefinition: OK, or FAIL with what is wrong and where."""
    problems = list(_problems(str(request.get("definition", ""))))
    diagnostics = [
        {"severity": "ERROR", "code": code, "message": message, "location": location}
        for code, message, location in problems
    ]
    return {"result": "FAIL" if problems else "OK", "diagnostics": diagnostics, "truncated": False}


def _problems(text: str) -> Iterator[Problem]:
    try:
        definition = json.loads(text)
    except ValueError as error:
        yield "INVALID_JSON_DESCRIPTION", f"Invalid JSON: {error}", ""
        return
    if not isinstance(definition, dict):
        yield "SCHEMA_VALIDATION_FAILED", "The definition is not an object.", "/"
        return
    yield from _machine(definition, "")


def _machine(machine: Mapping[str, Any], at: str) -> Iterator[Problem]:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        yield "SCHEMA_VALIDATION_FAILED", "These required fields are missing: [States]", at or "/"
        return
    if machine.get("StartAt") not in states:
        yield "MISSING_TRANSITION_TARGET", f"Missing 'StartAt' target: {machine.get('StartAt')}", f"{at}/StartAt"
    reached = {str(machine.get("StartAt"))}
    for name, state in states.items():
        here = f"{at}/States/{name}"
        if not isinstance(state, dict) or state.get("Type") not in _TYPES:
            yield "SCHEMA_VALIDATION_FAILED", "The state has no type that is known.", f"{here}/Type"
            continue
        yield from _state(state, states, here)
        reached |= {target for _, target in _transitions(state)}
    for name in states.keys() - reached:
        yield "MISSING_TRANSITION_TARGET", f'State "{name}" is not reachable.', f"{at}/States/{name}"


def _state(state: Mapping[str, Any], states: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for key, target in _transitions(state):
        if target not in states:
            yield "MISSING_TRANSITION_TARGET", f"Missing '{key}' target: {target}", f"{at}/{key}"
    kind = state["Type"]
    if kind not in (*_ENDING, "Choice") and ("Next" in state) == bool(state.get("End")):
        yield "SCHEMA_VALIDATION_FAILED", "The state needs one of Next and End.", at
    if kind == "Task" and not isinstance(state.get("Resource"), str):
        yield "SCHEMA_VALIDATION_FAILED", "These required fields are missing: [Resource]", at
    inner = state.get("Branches", []) if kind == "Parallel" else []
    if kind == "Map":
        inner = [state.get("ItemProcessor") or state.get("Iterator") or {}]
    for number, machine in enumerate(inner):
        yield from _machine(machine, f"{at}/Branches[{number}]" if kind == "Parallel" else f"{at}/ItemProcessor")


def _transitions(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a state leads to, and by which key."""
    for key in ("Next", "Default"):
        if key in state:
            yield key, str(state[key])
    for key in ("Choices", "Catch"):
        for rule in state.get(key, ()):
            if isinstance(rule, dict) and "Next" in rule:
                yield f"{key}/Next", str(rule["Next"])
