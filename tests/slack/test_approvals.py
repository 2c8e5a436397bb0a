"""A second person decides: nothing goes out that config.yaml wants looked at first."""

import json
from copy import deepcopy
from dataclasses import replace

import pytest

from monitor.cards import Note, NoteKind, card
from monitor.config import Approval, Person
from monitor.models import ReplyState, Status
from monitor.slack import layout
from tests.fakes.mentions import NOW
from tests.slack.house import opened


@pytest.fixture
def settings(settings):
    people = (
        Person(email="ann@acme.example", name="Ann", junior=True),
        Person(email="bob@acme.example", name="Bob"),
    )
    rule = Approval(juniors=True, by="bob@acme.example")
    return settings.model_copy(update={"people": people, "approvals": (rule,)})


@pytest.fixture
def draft(house, mention, ann):
    """A junior's reply that waits, as the thread shows it."""
    answer = house.write(ann, "Sory, we look into it")
    assert "must agree" in json.dumps(answer["view"])
    card = house.card()
    [note] = house.space.thread("acme", card["ts"])
    return note


def reply(house, mention):
    return house.store.replies.of(mention.id)[0]


def test_draft_reaches_who_decides_and_nothing_goes_out(house, mention, draft, bob):
    house.replies.send()

    assert f"<@{bob}>" in str(draft["blocks"])
    assert "Sory, we look into it" in str(draft["blocks"])
    assert house.platform.journal == []
    assert reply(house, mention).state is ReplyState.AWAITING


def test_approved_draft_goes_out_as_it_is(house, mention, draft, bob):
    house.press(bob, "reply.approve", message=draft)
    house.settle()
    house.replies.send()

    assert house.platform.of("1") == ["Sory, we look into it"]
    row = reply(house, mention)
    assert (row.author, row.approver) == ("Ann", "Bob")
    [decided, _] = house.space.thread("acme", house.card()["ts"])
    assert "reply.approve" not in str(decided["blocks"])
    assert "approved the reply by Ann" in decided["text"]


def test_edited_draft_goes_out_as_it_was_changed(house, mention, draft, bob):
    house.press(bob, "reply.edit", message=draft)
    view = house.window("approval.edit")
    too_long = house.submit(bob, view, **{"approval.text": "x" * 101}).wait()
    house.submit(bob, view, **{"approval.text": "Sorry, we look into it"}).wait()
    house.replies.send()

    assert "at most 100" in too_long["errors"]["text"]
    assert house.platform.of("1") == ["Sorry, we look into it"]


def test_draft_sent_back_calls_its_author_and_is_kept(house, mention, draft, ann, bob):
    house.press(bob, "reply.send_back", message=draft)
    view = house.window("approval.send_back")
    house.submit(bob, view, **{"approval.reason": "mind the spelling"}).wait()

    [_, note] = house.space.thread("acme", house.card()["ts"])
    assert "sent back by Bob: mind the spelling" in note["text"]
    assert f"<@{ann}>" in str(note["blocks"])
    again = house.reply_window(ann)
    assert '"initial_value": "Sory, we look into it"' in json.dumps(again["blocks"])
    assert house.now_is(mention).status is Status.OPEN


def test_nobody_approves_their_own_draft(house, mention, draft, ann):
    house.press(ann, "reply.approve", message=draft)

    assert "somebody else must decide" in house.whispers(ann)[0]
    assert reply(house, mention).state is ReplyState.AWAITING


def test_only_whom_config_names_decides(house, mention, draft):
    eve = house.space.add_user("Eve", "eve@acme.example")

    house.press(eve, "reply.approve", message=draft)

    assert "must decide on it" in house.whispers(eve)[0]
    assert reply(house, mention).state is ReplyState.AWAITING


def test_second_decision_on_one_draft_is_told_what_was_first(
    house, mention, draft, bob
):
    seen = deepcopy(draft)
    house.press(bob, "reply.approve", message=draft)
    house.settle()

    house.press(bob, "reply.approve", message=seen)

    assert "is on its way" in house.whispers(bob)[0]


def test_answer_of_somebody_who_is_no_junior_goes_out_at_once(house, mention, bob):
    house.write(bob, "Sorry")
    house.replies.send()

    assert house.platform.of("1") == ["Sorry"]


def test_draft_whose_card_was_deleted_reaches_who_decides_below_the_new_card(
    house, mention, ann, bob
):
    house.write(ann, "Sory")
    house.deliverer.deliver(limit=1)  # the card, not yet the note
    house.space.named("acme").messages.clear()

    for _ in range(10):
        house.deliverer.deliver()
        house.deliverer.reconcile()
        house.clock.advance(seconds=20)

    [card] = house.space.messages("acme")
    [note] = house.space.thread("acme", card["ts"])
    assert f"<@{bob}>" in str(note["blocks"])
    assert "reply.approve" in str(note["blocks"])


def test_unclear_draft_below_a_deleted_card_is_not_looked_for_for_ever(
    house, mention, ann
):
    house.write(ann, "Sory")
    house.space.break_next("drop_before", method="chat.postMessage")
    house.deliverer.deliver()
    house.space.named("acme").messages.clear()

    for _ in range(10):
        house.deliverer.deliver()
        house.deliverer.reconcile()
        house.clock.advance(seconds=20)

    [card] = house.space.messages("acme")
    assert len(house.space.thread("acme", card["ts"])) == 1


def test_draft_that_is_not_shown_whole_says_so(mention):
    draft = Note(NoteKind.APPROVAL, card(mention, None), "Ann", NOW, text="ё" * 2500)

    shown = [
        layout.thread(replace(draft, text=text), "x") for text in ("ё", "ё" * 2500)
    ]

    assert ["Edit shows all" in str(one.blocks) for one in shown] == [False, True]


def test_whom_slack_tells_no_address_of_may_be_a_junior(house, mention):
    who = house.space.add_user("Nobody", "")

    answer = house.write(who, "Sorry")

    assert "must agree" in json.dumps(answer["view"])


def test_junior_decides_on_nothing_that_config_gives_to_nobody(
    slack, store, config, clock, mention, ann
):
    bare = config.slack.model_copy(update={"approvals": ()})
    row = store.replies.submit(mention.id, "Sorry", "Bob", clock(), awaits=True)
    with opened(
        slack, store, config.model_copy(update={"slack": bare}), clock
    ) as house:
        house.deliverer.deliver()
        [note] = house.space.thread("acme", house.card()["ts"])

        house.press(ann, "reply.approve", message=note)

        assert "no junior must decide" in house.whispers(ann)[0]
    assert store.replies.get(row.id).state is ReplyState.AWAITING
