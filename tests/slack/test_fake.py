"""The fake refuses what Slack refuses, and the real clients can talk to it."""

import logging

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from monitor.slack.client import connect
from tests.fakes.slack import People

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Reply"},
    "blocks": [{"type": "divider"}],
}
BUTTON = {
    "type": "button",
    "action_id": "a",
    "text": {"type": "plain_text", "text": "A"},
}


def text(words):
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def quoted(**leaf):
    part = {"type": "rich_text_quote", "elements": [{"type": "text"} | leaf]}
    return {"type": "rich_text", "elements": [part]}


@pytest.fixture
def client(settings):
    return connect(settings).bot


def refusal(call, **args):
    with pytest.raises(SlackApiError) as refused:
        call(**args)
    return refused.value.response["error"]


def post(client, slack, channel="acme", **args):
    return client.chat_postMessage(channel=slack.named(channel).id, text="hi", **args)


BAD_BLOCKS = {
    "too long": [text("x" * 3001)],
    "empty": [text("")],
    "too many": [{"type": "divider"}] * 51,
    "unknown": [{"type": "carousel"}],
    "extra field": [{"type": "divider", "color": "red"}],
    "input in a message": [{"type": "input"}],
    "action twice": [actions(BUTTON, BUTTON)],
    "long label": [actions(BUTTON | {"text": {"type": "plain_text", "text": "x" * 76}})],
    "bad style": [actions(BUTTON | {"style": "pink"})],
    "bad link": [actions(BUTTON | {"url": "javascript:x"})],
    "mrkdwn button": [actions(BUTTON | {"text": {"type": "mrkdwn", "text": "x"}})],
    "same block id": [{"type": "divider", "block_id": "b"}] * 2,
    "empty rich text": [quoted(text="")],
    "unknown rich field": [quoted(text="x", bold=True)],
    "unknown style": [quoted(text="x", style={"blink": True})],
    "six options": [
        actions({"type": "overflow", "options": [
            {"text": {"type": "plain_text", "text": "x"}, "value": str(n)} for n in range(6)
        ]})
    ],
}  # fmt: skip


@pytest.mark.parametrize("blocks", BAD_BLOCKS.values(), ids=BAD_BLOCKS)
def test_bad_blocks_are_refused(client, slack, blocks):
    assert refusal(post, client=client, slack=slack, blocks=blocks) == "invalid_blocks"


def test_other_limits_are_refused(client, slack):
    def ask(**args):
        return refusal(post, client=client, slack=slack, **args)

    assert ask(blocks=[text("é" * 2500)]) == "msg_blocks_too_long"
    assert ask(colour="red") == "invalid_arguments"
    payload = {"k": "x" * 9000}
    heavy = {"event_type": "e", "event_payload": payload}
    assert ask(metadata=heavy) == "metadata_too_large"
    assert ask(thread_ts="1.1") == "thread_not_found"
    ts = post(client, slack)["ts"]
    where = {"channel": slack.named("acme").id, "ts": ts}
    assert refusal(client.chat_update, **where, text="x" * 4001) == "msg_too_long"


def test_modal_opens_once_and_within_three_seconds(client, slack, clock):
    late, once = slack.trigger(), slack.trigger()
    opened = client.views_open(trigger_id=once, view=MODAL)["view"]
    clock.advance(seconds=4)

    assert (
        refusal(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    )
    assert (
        refusal(client.views_open, trigger_id=once, view=MODAL)
        == "exchanged_trigger_id"
    )
    stale = {"view_id": opened["id"], "hash": "0", "view": MODAL}
    assert refusal(client.views_update, **stale) == "hash_conflict"


def test_modal_that_does_not_fit_is_refused(client, slack):
    title = {"type": "plain_text", "text": "x" * 25}

    def opening(view):
        return refusal(client.views_open, trigger_id=slack.trigger(), view=view)

    assert opening(MODAL | {"title": title}) == "invalid_arguments"
    assert opening(MODAL | {"private_metadata": "x" * 3001}) == "invalid_arguments"


def test_file_is_taken_in_three_steps(client, slack):
    done = client.files_upload_v2(
        filename="chart.png", content=b"png", channel=slack.named("acme").id
    )

    [kept] = slack.files.values()
    assert (kept["bytes"], done["files"][0]["id"]) == (b"png", kept["id"])


def test_person_is_found_by_e_mail(client, slack):
    ann = slack.add_user("Ann", "ann@acme.example")

    assert client.users_lookupByEmail(email="ann@acme.example")["user"]["id"] == ann
    assert (
        refusal(client.users_lookupByEmail, email="bob@x.example") == "users_not_found"
    )


@pytest.fixture
def listening(settings, slack):
    """The real Socket Mode client; it acknowledges and keeps what it is handed."""
    clients = connect(settings)
    quiet = logging.Logger("socket")  # noqa: LOG001 - outside the tree on purpose
    quiet.setLevel(logging.CRITICAL)
    socket = SocketModeClient(
        app_token=settings.app_token.get_secret_value(),
        web_client=clients.app,
        logger=quiet,
        ping_interval=1,
    )
    socket.heard = []

    def listen(one, request):
        socket.heard.append(request)
        one.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    socket.socket_mode_request_listeners.append(listen)
    socket.connect()
    assert slack.sockets.wait_for(1)
    yield socket
    socket.close()


@pytest.mark.slow
def test_press_is_handed_over_and_acknowledged(client, slack, listening):
    ann = slack.add_user("Ann", "ann@acme.example")
    post(client, slack, blocks=[actions(BUTTON | {"value": "7"})])
    [message] = slack.messages("acme")

    envelope = People(slack).press(ann, "acme", message, "a")

    assert envelope.wait() == {}
    assert listening.heard[0].payload["actions"][0]["value"] == "7"


@pytest.mark.slow
def test_envelope_can_come_again_and_a_refreshed_connection_comes_back(
    slack, listening
):
    event = People(slack).event(type="app_home_opened", user="U1")
    assert event.wait() == {}
    slack.sockets.redeliver(event)
    slack.sockets.refresh()

    assert slack.sockets.wait_opened(2)
    assert People(slack).event(type="app_home_opened", user="U2").wait() == {}
    numbers = [request.payload["event_id"] for request in listening.heard]
    assert numbers[0] == numbers[1]
