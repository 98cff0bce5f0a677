"""Where do people meet? A channel of Slack for the incident."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

PATIENCE = 3
"""Retries for each kind of failure: no connection, 429 after Slack's own Retry-After, 500 and 503."""
_MOST_TEXT = 3000
_NAMES = 5


def slack(token: str, address: str = WebClient.BASE_URL) -> WebClient:
    """A client that tries again as Slack asks for it."""
    handlers: list[Any] = [
        ConnectionErrorRetryHandler(max_retry_count=PATIENCE),
        RateLimitErrorRetryHandler(max_retry_count=PATIENCE),
        ServerErrorRetryHandler(max_retry_count=PATIENCE),
    ]
    return WebClient(token=token, base_url=address, timeout=10, retry_handlers=handlers)


def open_channel(web: WebClient, name: str) -> str:
    """A new public channel; its id. SlackApiError where Slack refuses.

    A name that is taken was most likely taken by an attempt whose answer was lost: the next one gets a number.
    https://docs.slack.dev/reference/methods/conversations.create
    """
    for number in range(1, _NAMES + 1):
        try:
            answer = web.conversations_create(name=name if number == 1 else f"{name}-{number}")
        except SlackApiError as error:
            if error.response.get("error") != "name_taken" or number == _NAMES:
                raise
            continue
        return str(answer["channel"]["id"])
    raise AssertionError("the last attempt returned or raised")


def invite(web: WebClient, channel: str, users: Iterable[str]) -> None:
    """Invite users by their ids. SlackApiError where Slack knows one of them not, or they may not."""
    invited = [user.strip() for user in users if user.strip()]
    if invited:
        web.conversations_invite(channel=channel, users=invited, force=True)


def say(web: WebClient, channel: str, text: str) -> None:
    """Post to a channel, as plain text: nothing of AWS's becomes a mention or a link that looks like another."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    web.chat_postMessage(channel=channel, text=escaped[:_MOST_TEXT], mrkdwn=False, unfurl_links=False)
