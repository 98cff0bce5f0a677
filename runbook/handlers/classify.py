"""Is the incident new, and how bad is it? A short look at everything, and the rules of severity.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_lambda_powertools import Logger, Tracer

from runbook.claims import ClaimsError, taken_by
from runbook.incidents import Opening, incident_id, opening
from runbook.looks import kept_look, told
from runbook.severity import judge, load_rules, picture
from runbook.suite import run_suite
from runbook.telling import execution_page, subject

LOOK_S = 150
"""Whoever is paged waits for this look; what it could not read by then is blind."""
MOST_ANALYSES = 2
"""An incident that does not recover is looked at anew so often in all, then documented as it is."""

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`$.classification`: severity, the reason, what people are told, and how many analyses are left.

    SuiteError, ClientError, RulesError where it cannot be classified; the state machine takes it for critical then.
    """
    state, execution = event["state"], event["execution"]
    opened = opening(state["incident"])
    holder = _holder(opened, execution, context)
    if holder != execution:
        logger.info("already in hand", extra={"holder": holder, "resource": opened.resource})
        return {"duplicate": True, "of": holder, "severity": "standard", "analyses_left": 0}
    name = incident_id(execution, event["started"])
    analysis = int((state.get("classification") or {}).get("analysis", 0)) + 1
    with TemporaryDirectory(prefix="vitals-") as folder:
        run = run_suite(Path(folder), seconds=LOOK_S)
        seen = picture(opened, run, analysis)
        severity, because = judge(seen, load_rules())
        look = kept_look(run, f"runs/{name}/{analysis}-classify", context.invoked_function_arn)
    known = {"incident_id": name, "severity": severity, "because": because, "opening": opened.text}
    logger.info("classified", extra=known | {"exit": run.exit, "hurting": seen.hurting})
    return {
        **known,
        "duplicate": False,
        "analysis": analysis,
        "analyses_left": MOST_ANALYSES - analysis,
        "services": sorted(seen.services)[:20],
        "causes": sorted(seen.causes),
        "look": look,
        "subject": subject(f"{severity.upper()}: {_headline(opened, look, analysis)}"),
        "message": "\n".join(_message(known, look, execution, analysis)),
    }


def _holder(opened: Opening, execution: str, context: Any) -> str:
    """Who has it in hand; this execution itself where the table cannot be asked: a page too many is no harm."""
    try:
        return taken_by(opened, execution, context)
    except ClaimsError as error:
        logger.warning("claims cannot be asked, taken for new", extra={"error": str(error)})
        return execution


def _headline(opened: Opening, look: Mapping[str, Any], analysis: int) -> str:
    again = "not recovered: " if analysis > 1 else ""
    return again + str(next(iter([*look["roots"], *look["findings"]]), opened.text))


def _message(known: Mapping[str, str], look: Mapping[str, Any], execution: str, analysis: int) -> list[str]:
    return [
        f"{known['incident_id']}, {known['severity']}: {known['because']}",
        f"Opened by {known['opening']}",
        *(["It was watched and did not recover."] if analysis > 1 else []),
        "",
        *told(look),
        f"Runbook: {execution_page(execution)}",
    ]
