"""Claim, release, assign, snooze, close, correct, escalate, reopen: by whom, and once."""

import json
from dataclasses import replace

import pytest

from monitor.cards import card
from monitor.config import Escalation, Group, Person, Priority
from monitor.models import Reason, Status
from monitor.slack import layout
from sentiment import Label
from tests.slack.house import opened
from tests.store.helpers import keep_one


def blocks(view):
    return json.dumps(view["blocks"])


@pytest.fixture
def settings(settings):
    people = (Person(email="ann@acme.example"), Person(email="bob@acme.example"))
    return settings.model_copy(
        update={
            "people": people,
            "groups": (Group(name="Leads", members=("bob@acme.example",)),),
            "escalation": (Escalation(to="Leads"),),
        }
    )


def last_event(house, mention):
    return house.store.mentions.events(mention.id)[-1]


def test_two_who_claim_at_once_one_has_it_and_the_other_is_told_who(
    house, mention, ann, bob
):
    card = house.card()
    house.press(ann, "card.claim", message=card)
    house.press(bob, "card.claim", message=card)
    house.settle()

    has = house.now_is(mention).assignee
    other = {"Ann": bob, "Bob": ann}[has]
    [words] = house.whispers(other)
    assert words.startswith(f"{has} has it since <!date^")
    claims = [e for e in house.store.mentions.events(mention.id) if e.what == "claimed"]
    assert len(claims) == 1


def test_press_handed_over_twice_is_done_once(house, mention, ann):
    envelope = house.press(ann, "card.claim")
    house.settle()

    house.space.sockets.redeliver(envelope)
    house.settle()

    claims = [e for e in house.store.mentions.events(mention.id) if e.what == "claimed"]
    assert len(claims) == 1


def test_only_its_owner_releases_a_mention(house, mention, ann, bob):
    house.press(ann, "card.claim")
    house.settle()
    card = house.card()

    house.press(bob, "card.release", message=card)
    [words] = house.whispers(bob)
    house.press(ann, "card.release", message=card)
    house.settle()

    assert "only they can release it" in words
    assert house.now_is(mention).assignee is None
    assert "card.claim" in str(house.card()["blocks"])


def test_assigned_person_is_called_in_the_thread(house, mention, ann, bob):
    house.choose(ann, mention, "assign")
    view = house.window("assign.submit")
    house.submit(ann, view, **{"assign.user": bob}).wait()

    card = house.card()
    assert house.now_is(mention).assignee == "Bob"
    assert card["text"].startswith("Claimed by Bob")
    [note] = house.space.thread("acme", card["ts"])
    assert f"<@{bob}>" in str(note["blocks"])


def test_somebody_who_may_not_answer_is_not_assigned(house, mention, ann):
    robot = house.space.add_user("Robot", "r@acme.example", is_bot=True)
    house.choose(ann, mention, "assign")

    ack = house.submit(
        ann, house.window("assign.submit"), **{"assign.user": robot}
    ).wait()

    assert "cannot answer here" in ack["errors"]["who"]
    assert house.now_is(mention).assignee is None


def test_snooze_says_until_when_and_when_the_reply_is_due(house, mention, ann, clock):
    house.press(ann, "card.snooze", option=f"{mention.id}|2h")

    [words] = house.whispers(ann)
    until = house.now_is(mention).snoozed_until
    assert f"<!date^{int(until.timestamp())}^" in words
    assert f"due <!date^{int(mention.due_at.timestamp())}^" in words
    assert "snoozed until" in str(house.card()["blocks"])


@pytest.mark.parametrize("choice", ["tomorrow", "monday"])
def test_snooze_past_the_deadline_is_refused_in_words(house, mention, ann, choice):
    house.press(ann, "card.snooze", option=f"{mention.id}|{choice}")

    [words] = house.whispers(ann)
    assert words.startswith("Not snoozed: the reply is due <!date^")
    assert house.now_is(mention).snoozed_until is None


def test_snooze_that_is_over_calls_the_owner(house, mention, ann, clock):
    house.press(ann, "card.claim")
    house.settle()
    house.press(ann, "card.snooze", option=f"{mention.id}|30m")
    house.settle()
    assert house.store.desk.wake(clock()) == 0
    clock.advance(minutes=30)

    assert house.store.desk.wake(clock()) == 1

    card = house.card()
    [note] = house.space.thread("acme", card["ts"])
    assert f"<@{ann}>" in str(note["blocks"])
    assert house.now_is(mention).snoozed_until is None


@pytest.mark.parametrize(
    ("typed", "reason", "note"),
    [
        ({"dismiss.reason": "0"}, "no_reply_needed", "Praise"),
        ({"dismiss.reason": "2"}, Reason.SPAM, "Spam or abuse"),
        ({"dismiss.other": "my aunt"}, "no_reply_needed", "my aunt"),
    ],
)
def test_no_reply_needed_keeps_who_said_so_and_why(
    house, mention, ann, typed, reason, note
):
    house.press(ann, "card.dismiss")
    house.submit(ann, house.window("dismiss.submit"), **typed).wait()

    now = house.now_is(mention)
    assert (now.status, now.reason, now.note) == (Status.DISMISSED, reason, note)
    assert now.closed_by == "Ann"
    assert house.card()["text"].startswith(f"No reply needed, says Ann: {note}")


def test_no_reply_needed_without_a_reason_asks_for_one(house, mention, ann):
    house.press(ann, "card.dismiss")

    ack = house.submit(ann, house.window("dismiss.submit")).wait()

    assert "choose a reason" in ack["errors"]["other"].lower()
    assert house.now_is(mention).status is Status.OPEN


def test_two_who_close_at_once_the_second_is_told_who_was_first(
    house, mention, ann, bob
):
    card = house.card()
    house.press(ann, "card.dismiss", message=card)
    view = house.window("dismiss.submit")
    house.submit(ann, view, **{"dismiss.other": "praise"}).wait()

    ack = house.submit(bob, view, **{"dismiss.other": "spam"}).wait()

    assert "already dismissed by Ann" in str(ack["errors"])


def test_corrected_sentiment_is_kept_as_training_data(house, mention, ann):
    house.choose(ann, mention, "sentiment")
    house.submit(
        ann, house.window("sentiment.submit"), label=Label.POSITIVE.value
    ).wait()

    [one] = house.store.corrections()
    assert (one.label, one.actor) == (Label.POSITIVE, "Ann")


def test_not_about_us_shows_which_keyword_caught_it(house, mention, ann):
    house.choose(ann, mention, "wrong")
    view = house.window("wrong.submit")

    assert 'Caught for Acme by keyword \\"acme\\"' in blocks(view)
    house.submit(ann, view, **{"wrong.why": "a school"}).wait()
    now = house.now_is(mention)
    assert (now.status, now.reason) == (Status.NOT_OURS, "not_about_us")
    assert now.note == 'says Ann; a school; keyword "acme"'


def test_escalation_calls_the_group_and_puts_the_mention_first(
    house, mention, ann, bob
):
    house.choose(ann, mention, "escalate")
    view = house.window("escalate.submit")
    house.submit(
        ann, view, **{"escalate.to": "Leads", "escalate.words": "<!channel> help"}
    ).wait()

    card = house.card()
    [note] = house.space.thread("acme", card["ts"])
    assert f"<@{bob}>" in str(note["blocks"])
    assert house.space.pinged() == [f"@{bob}"]
    now = house.now_is(mention)
    assert now.priority is Priority.URGENT
    assert now.due_at == mention.due_at


def test_escalation_is_said_though_nobody_can_be_looked_up(house, mention, ann):
    house.choose(ann, mention, "escalate")
    view = house.window("escalate.submit")
    house.space.scopes.discard("users:read.email")
    house.submit(ann, view, **{"escalate.to": "Leads"}).wait()

    [note] = house.space.thread("acme", house.card()["ts"])
    assert "Ann escalated this to Leads" in note["text"]
    assert house.space.pinged() == []


def test_reopened_mention_is_due_as_if_it_had_come_in_now(house, mention, ann, clock):
    house.press(ann, "card.dismiss")
    house.submit(
        ann, house.window("dismiss.submit"), **{"dismiss.other": "praise"}
    ).wait()
    clock.advance(days=2)

    house.choose(ann, mention, "reopen")
    house.settle()

    now = house.now_is(mention)
    assert now.status is Status.OPEN
    assert now.due_at > clock()
    assert "card.reply" in str(house.card()["blocks"])


def test_snooze_does_not_outlive_a_mention_that_was_closed(house, mention, ann):
    house.press(ann, "card.snooze", option=f"{mention.id}|2h")
    house.settle()
    house.press(ann, "card.dismiss")
    house.submit(ann, house.window("dismiss.submit"), **{"dismiss.other": "x"}).wait()

    house.choose(ann, mention, "reopen")
    house.settle()

    assert house.now_is(mention).snoozed_until is None


def test_claimed_card_in_a_group_can_be_released(mention):
    mine = card(mention, None)
    free, taken = mine, replace(mine, assignee="Ann")

    shown = str(layout.group([free, taken]).blocks)

    assert shown.count("|claim") == shown.count("|release") == 1
    assert shown.count("|escalate") == 2


@pytest.mark.parametrize(
    ("what", "callback"),
    [("wrong", "words"), ("assign", "words"), ("by_hand", "words")],
)
def test_closed_mention_says_who_closed_it(house, mention, ann, bob, what, callback):
    card = house.card()
    house.press(ann, "card.dismiss", message=card)
    house.submit(ann, house.window("dismiss.submit"), **{"dismiss.other": "x"}).wait()

    house.press(bob, "card.more", option=f"{mention.id}|{what}", message=card)

    assert "Ann has closed it already" in blocks(house.window(callback))


def test_buttons_of_a_group_work_for_each_of_its_cards(
    slack, store, config, clock, ann, bob
):
    settings = config.slack.model_copy(update={"group_from": 2})
    grouped = config.model_copy(update={"slack": settings})
    first, second = (keep_one(store, post_id=str(n)) for n in (1, 2))
    with opened(slack, store, grouped, clock) as house:
        card = house.card()
        house.press(ann, "card.more", option=f"{second.id}|claim", message=card)
        house.settle()

        assert house.now_is(second).assignee == "Ann"
        assert house.now_is(first).assignee is None
        assert "Claimed by Ann" in str(house.card()["blocks"])


def test_stranger_from_another_workspace_may_not_press(house, mention):
    stranger = house.space.add_user("Eve", "eve@evil.example", team_id="T0OTHER")

    house.press(stranger, "card.claim")

    assert "Only people of this workspace" in house.whispers(stranger)[0]
    assert house.now_is(mention).assignee is None


@pytest.mark.parametrize("policy", ["people", "channel"])
def test_outsider_neither_presses_nor_sees_where_config_says_so(
    slack, store, config, clock, ann, policy
):
    settings = config.slack.model_copy(update={"may_press": policy})
    mention = keep_one(store)
    slack.named("acme").members.append(ann)
    eve = slack.add_user("Eve", "eve@acme.example")
    strict = config.model_copy(update={"slack": settings})
    with opened(slack, store, strict, clock) as house:
        house.press(eve, "card.reply")
        shown = blocks(house.window("words"))
        house.press(eve, "card.claim")
        house.whispers(eve)
        house.press(ann, "card.claim")
        house.settle()

        house.people.event(type="app_home_opened", user=eve, tab="home")
        house.settle()
        listed = house.people.command(eve, "queue", "acme").wait()

        assert "acme is bad" not in shown
        assert "acme is bad" not in json.dumps(listed)
        assert eve not in slack.homes
        assert house.now_is(mention).assignee == "Ann"
