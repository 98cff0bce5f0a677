"""What did the runbook do, and how did it end? The part of a postmortem that only the runbook knows, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reports.postmortem.markdown import code, plain, row

State = Mapping[str, Any]


def chronicle(name: str, state: State, execution: str, started: str, ended: str) -> str:
    """The document's beginning: what opened it, how bad it was, who was told, how it ended. Times are UTC."""
    classified = state.get("classification") or {}
    lines = [
        f"# Incident {plain(name)}",
        "",
        f"Kept by Vitals' runbook, execution {code(execution)}. Times are UTC.",
        "",
        row("", "What happened"),
        row("---", "---"),
        *(row(label, text) for label, text in _course(state, classified, started, ended)),
        "",
    ]
    return "\n".join(lines)


def _course(state: State, classified: State, started: str, ended: str) -> Iterator[tuple[str, str]]:
    yield "opened", f"{plain(started)}: {plain(classified.get('opening') or 'the event is in the execution')}"
    analyses = classified.get("analysis")
    looked = f", after {plain(analyses)} analyses" if analyses and analyses > 1 else ""
    yield "severity", f"{plain(classified.get('severity'))}{looked}: {plain(classified.get('because'))}"
    response = state.get("response") or {}
    if "page" in response:
        yield "people", _paged(response["page"])
    if "channel" in response:
        yield "channel", _met(response["channel"])
    yield "diagnostics", _diagnosed(response.get("diagnostics") or {}, state)
    yield "recovery", _recovery(state.get("recovery") or {})
    yield "closed", plain(ended)


def _paged(page: State) -> str:
    if "by" in page:
        return f"{'paged' if page.get('paged') else 'told'}: {plain(page['by'])}, message {code(page['message_id'])}"
    return f"**nobody was told**: {plain(page.get('details') or page.get('error'))}"


def _met(channel: State) -> str:
    if channel.get("opened"):
        return f"{plain(channel['by'])}, {code(channel.get('channel') or channel.get('message_id'))}"
    return f"**none was opened**: {plain(channel.get('details') or channel.get('error'))}"


def _diagnosed(look: State, state: State) -> str:
    if look.get("collected"):
        return f"{plain(look['verdict'])}; {plain(look['coverage'])}; [report](<{look['report']}>)"
    why = look.get("details") or (state.get("response_error") or {}).get("Cause") or "no answer"
    return f"**could not be collected**: {plain(why)}"


def _recovery(recovery: State) -> str:
    if recovery.get("recovered"):
        return f"{plain(recovery.get('at'))}: {plain(recovery['reason'])}, {plain(recovery['looks'])} looks in all"
    return f"**not recovered when this was closed**: {plain(recovery.get('reason') or 'nobody watched')}"
