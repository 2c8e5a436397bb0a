"""Reply: from the button to the answer that stands on the platform."""

import json
from dataclasses import replace

import pytest

from connectors import CanReply, Refused
from monitor.models import Status
from tests.fakes.slack.pings import pings
from tests.store.helpers import keep_one


def test_day_in_the_life_alert_claim_reply_answered(house, mention, ann, clock):
    house.press(ann, "card.claim")
    house.settle()
    assert house.store.mentions.get(mention.id).assignee == "Ann"
    clock.advance(minutes=14)

    house.press(ann, "card.reply")
    view = house.window("reply.submit")
    ack = house.submit(ann, view, **{"reply.text": "So sorry, Ann from Acme"}).wait()
    assert ack["response_action"] == "update"
    assert house.card()["text"].startswith("Reply on its way")
    assert house.replies.send() == 1

    assert house.card()["text"].startswith("Answered by Ann in 14 min")
    assert house.platform.of("1") == ["So sorry, Ann from Acme"]
    card = house.card()
    [note] = house.space.thread("acme", card["ts"])
    assert "So sorry, Ann from Acme" in str(note["blocks"])
    assert "https://fake.example/r1" in str(note["blocks"])
    assert house.store.mentions.get(mention.id).status is Status.ANSWERED
    assert house.store.audit().adds_up


def blocks(view):
    return json.dumps(view["blocks"])


def test_window_shows_the_post_as_it_was_written(house, store, ann):
    keep_one(store, text="<!channel> acme is *bad* & <@U123>")

    view = house.reply_window(ann)

    quoted = json.dumps("<!channel> acme is *bad* & <@U123>")[1:-1]
    assert quoted in blocks(view)
    assert pings({"text": "", "blocks": view["blocks"]}) == []


def test_window_says_how_long_a_reply_may_be_as_the_platform_counts(
    house, mention, ann
):
    assert "Up to 100 characters" in blocks(house.reply_window(ann))


def test_reply_too_long_is_said_so_and_the_draft_stays(house, mention, ann):
    ack = house.write(ann, "x" * 130)

    assert ack["response_action"] == "errors"
    [(block, words)] = ack["errors"].items()
    assert block == "text:0"
    assert "130 characters and 100 are allowed; shorten it by 30" in words
    assert house.now_is(mention).status is Status.OPEN
    assert house.store.replies.of(mention.id) == []


@pytest.mark.parametrize(
    ("typed", "published"),
    [
        ("Thank you :pray:", "Thank you 🙏"),
        ("Hi :wave::skin-tone-3: there", "Hi 👋🏼 there"),
        (
            "open 10:30:45, ask for :nobody_knows:",
            "open 10:30:45, ask for :nobody_knows:",
        ),
    ],
)
def test_emoji_that_was_picked_is_published_as_itself(
    house, mention, ann, typed, published
):
    house.write(ann, typed)

    [row] = house.store.replies.of(mention.id)
    assert row.text == published


def test_earlier_exchanges_with_the_author_are_shown(house, store, ann):
    keep_one(store, post_id="0", text="acme lost my parcel")
    house.write(ann, "Found it")
    house.replies.send()
    keep_one(store, post_id="1", text="acme again")

    view = house.reply_window(ann)

    assert "acme lost my parcel" in blocks(view)
    assert "Found it" in blocks(view)


def test_second_person_is_told_who_has_it_open(house, mention, ann, bob):
    house.reply_window(ann)
    house.settle()

    house.press(bob, "card.reply")
    house.settle()

    assert "Ann has this open too" in blocks(house.window("reply.submit"))


def test_window_that_was_closed_is_no_longer_told_of(house, mention, ann, bob):
    view = house.reply_window(ann)
    house.settle()
    house.people.close(ann, view)
    house.settle()

    house.press(bob, "card.reply")
    house.settle()

    assert "has this open" not in blocks(house.window("reply.submit"))


def test_two_who_submit_at_once_one_goes_out_and_the_other_is_told_who(
    house, mention, ann, bob
):
    mine = house.reply_window(ann)
    house.settle()
    theirs = house.reply_window(bob)
    house.settle()
    house.submit(ann, mine, **{"reply.text": "Ann says sorry"}).wait()

    ack = house.submit(bob, theirs, **{"reply.text": "Bob says sorry"}).wait()

    assert "A reply by Ann" in ack["errors"]["text:0"]
    house.replies.send()
    assert house.platform.of("1") == ["Ann says sorry"]


def test_submission_handed_over_twice_is_one_reply(house, mention, ann):
    view = house.reply_window(ann)
    envelope = house.submit(ann, view, **{"reply.text": "Sorry"})
    envelope.wait()

    house.space.sockets.redeliver(envelope)
    house.settle()
    again = house.submit(ann, view, **{"reply.text": "Sorry"}).wait()

    assert again["response_action"] == "update"
    assert len(house.store.replies.of(mention.id)) == 1


def test_press_on_a_card_that_is_being_answered_says_by_whom(house, mention, ann, bob):
    card = house.card()
    house.write(ann, "Sorry")

    house.press(bob, "card.reply", message=card)

    assert "A reply by Ann" in blocks(house.window("words"))


def test_refusal_is_told_with_its_reason_and_reply_opens_the_draft_again(
    house, mention, ann
):
    house.platform.faults.append("refuse")
    house.write(ann, "My careful words")
    house.replies.send()

    card = house.card()
    [note] = house.space.thread("acme", card["ts"])
    assert "the account may not reply here" in note["text"]
    assert ann in str(note["blocks"])
    house.press(ann, "card.reply", message=note)
    view = house.window("reply.submit")

    assert '"initial_value": "My careful words"' in blocks(view)
    assert "the account may not reply here" in blocks(view)
    assert view["submit"]["text"] == "Try again"
    house.submit(ann, view, **{"reply.text": "My careful words"}).wait()
    house.replies.send()
    assert house.platform.of("1") == ["My careful words"]


def test_where_no_reply_goes_from_here_the_window_says_where_and_asks_for_the_link(
    house, mention, ann
):
    house.platform.can = CanReply(
        ok=False, reason="too old to reply", url="https://fake.example/there"
    )
    house.press(ann, "card.reply")
    view = house.window("reply.by_hand")

    assert "https://fake.example/there" in blocks(view)
    assert "Too old to reply" in blocks(view)
    wrong = house.submit(ann, view, **{"reply.link": "there"}).wait()
    assert "paste the whole link" in wrong["errors"]["link"].lower()
    house.submit(ann, view, **{"reply.link": "https://fake.example/mine"}).wait()

    now = house.now_is(mention)
    assert (now.status, now.answered_by) == (Status.ANSWERED, "Ann")
    assert now.owner_reply["url"] == "https://fake.example/mine"


def test_window_opens_though_every_worker_is_busy(house, mention, ann):
    card = house.card()

    with house.every_worker_busy():
        envelope = house.press(ann, "card.reply", message=card)

        assert envelope.wait() == {}
        assert "acme is bad" in blocks(house.window("reply.submit"))


def test_press_that_finds_no_room_is_said_to_whoever_pressed(house, mention, ann):
    card = house.card()

    with house.every_worker_busy():
        house.press(ann, "card.claim", message=card)

        assert "press again" in house.whispers(ann)[0]


def test_expired_trigger_is_said_to_whoever_pressed(house, mention, ann):
    house.space.break_next("error", method="views.open", code="expired_trigger_id")

    house.press(ann, "card.reply")

    assert house.whispers(ann) == ["The window did not open; press again."]


def test_press_handed_over_twice_opens_one_window(house, mention, ann):
    envelope = house.press(ann, "card.reply")
    house.window("reply.submit")
    house.space.sockets.redeliver(envelope)
    house.settle()

    assert len(house.space.views) == 1
    assert house.space.ephemeral == []


def test_thread_chatter_is_never_published(house, mention, ann):
    card = house.card()
    house.people.event(
        type="message", user=ann, text="tell them sorry", thread_ts=card["ts"]
    )
    house.settle()
    house.replies.send()

    assert house.platform.journal == []
    assert house.store.replies.of(mention.id) == []


def test_defect_is_a_plain_sentence_to_the_person(house, mention, ann, caplog):
    house.platform.can = None

    house.press(ann, "card.reply")

    shown = blocks(house.window("words"))
    assert "it is in the log" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("value", ["", "x", "999999", "1; DROP", "-1", "9" * 40])
def test_value_that_is_no_mention_of_ours_does_nothing(house, mention, ann, value):
    card = house.card()
    for block in card["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == "card.claim":
                element["value"] = value

    house.press(ann, "card.claim", message=card)

    assert house.whispers(ann)
    assert house.now_is(mention).assignee is None


def test_draft_stays_in_its_window_while_slack_is_out_of_the_config(house, ann):
    def gone():
        raise Refused("Slack was taken out of config.yaml")

    router = replace(house.router, desk=gone)
    answers = []

    router.take("interactive", {"type": "view_submission"}, answers.append, "1")

    assert answers[0]["response_action"] == "push"
