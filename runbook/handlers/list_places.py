"""Which places are examined tonight? The organization's accounts and their regions, as a list that the map reads."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools import Logger, Tracer

from runbook.aws import optional, setting
from runbook.bucket import keep
from runbook.nights import left_out_key, night_of, places_key
from runbook.organization import chosen, roll

CONCURRENCY = "40"
"""So many places at a time: runbook/SCALE.md says which quota is next."""

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler
@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Where the list is, and how long. ClientError where AWS refuses, ValueError where there is nobody to examine."""
    night = night_of(event["execution"], event["started"])
    fleet = roll(chosen(optional("FLEET_UNITS"), optional("FLEET_TAGS"), optional("FLEET_REGIONS")))
    places = [{"account": account, "region": region, "night": night} for account, region in fleet.places]
    keep(places_key(night), json.dumps(places))
    keep(left_out_key(night), json.dumps(fleet.left_out))
    logger.info("listed", extra={"night": night, "places": len(places), "left_out": len(fleet.left_out)})
    return {
        "night": night,
        "bucket": setting("BUCKET"),
        "key": places_key(night),
        "places": len(places),
        "concurrency": int(setting("FLEET_CONCURRENCY", CONCURRENCY)),
    }
