"""Does Slack get time when it asks for it? Over HTTP, to a Slack on loopback."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from runbook.slack import invite, open_channel, say, slack
from tests.runbook.slack_server import Slack, listening


@pytest.fixture
def server():
    with listening(Slack()) as running:
        yield running


def test_a_channel_is_opened_people_invited_and_told(server):
    web = slack("xoxb", server.address)
    channel = open_channel(web, "inc-1")
    invite(web, channel, ["U1", " U2", ""])
    say(web, channel, "<!channel> 5 > 4 & so on")
    assert server.methods() == ["conversations.create", "conversations.invite", "chat.postMessage"]
    assert server.asked[1][1]["users"] == "U1,U2"
    assert server.asked[2][1]["text"] == "&lt;!channel&gt; 5 &gt; 4 &amp; so on"


def test_500_and_then_429_are_tried_again_and_retry_after_is_kept(server):
    server.troubles = [(500, {}), (429, {"Retry-After": "1"})]
    assert open_channel(slack("xoxb", server.address), "inc-1") == "C00000000"
    times = [at for _, _, at in server.asked]
    assert len(times) == 3
    assert times[2] - times[1] >= 1


def test_a_slack_that_stays_down_is_given_up(server):
    server.troubles, server.for_ever = [(429, {"Retry-After": "0"})], True
    with pytest.raises(SlackApiError):
        open_channel(slack("xoxb", server.address), "inc-1")
    assert len(server.asked) == 4


def test_a_name_that_is_taken_gets_a_number(server):
    server.channels = {"inc-1": "C1"}
    open_channel(slack("xoxb", server.address), "inc-1")
    assert list(server.channels) == ["inc-1", "inc-1-2"]


def test_nobody_to_invite_is_no_call(server):
    invite(slack("xoxb", server.address), "C1", [""])
    assert server.asked == []
