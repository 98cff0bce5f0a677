"""Where do people meet about it? A channel of Slack; without a token, Amazon Q Developer in chat applications."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from runbook.aws import client, optional, setting
from runbook.claims import ClaimsError, once
from runbook.incidents import incident_id
from runbook.slack import invite, open_channel, say, slack
from runbook.telling import execution_page

MOST_DESCRIPTION = 2000

logger = Logger()
tracer = Tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The channel's id, or the notification's. SlackApiError, OSError, ClientError where nobody could be told."""
    name = incident_id(event["execution"], event["started"])
    classified = event["state"].get("classification") or {}
    token = _token()
    if not token:
        return {"opened": True, "by": "chat", "message_id": _notified(name, classified, event["execution"])}
    web = slack(token, setting("SLACK_URL", "https://slack.com/api/"))
    earlier = ((event["state"].get("response") or {}).get("channel") or {}).get("channel", "")
    channel = earlier or _channel(name, web, context)
    text = classified.get("message") or f"{name}: see {execution_page(event['execution'])}"
    say(web, channel, text)
    logger.info("channel", extra={"incident_id": name, "channel": channel})
    return {"opened": True, "by": "slack", "channel": channel}


def _channel(name: str, web: WebClient, context: Any) -> str:
    """The incident's channel, opened once, however often this function is tried."""
    try:
        channel = once(f"channel {name}", lambda: open_channel(web, name), context)
    except ClaimsError as error:
        logger.warning("claims cannot be asked, a second channel is no harm", extra={"error": str(error)})
        channel = open_channel(web, name)
    try:
        invite(web, channel, optional("SLACK_USERS").split(","))
    except SlackApiError as error:  # a channel without them is better than none
        logger.warning("not invited", extra={"incident_id": name, "error": str(error.response.get("error"))})
    return channel


def _token() -> str:
    secret = optional("SLACK_SECRET")
    return str(client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]).strip() if secret else ""


def _notified(name: str, classified: Mapping[str, Any], execution: str) -> str:
    """A custom notification; what belongs to one incident is one thread.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
    """
    title = str(classified.get("subject") or f"{name}: an incident")
    message = {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": title,
            "description": str(classified.get("message") or "")[:MOST_DESCRIPTION],
            "nextSteps": [f"Follow the runbook: {execution_page(execution)}"],
        },
        "metadata": {"threadId": name, "summary": title, "eventType": "incident"},
    }
    answer = client("sns").publish(TopicArn=setting("CHAT_TOPIC"), Message=json.dumps(message))
    return str(answer["MessageId"])
