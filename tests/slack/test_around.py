"""/everyreply, the home tab, the shortcut, and saved replies."""

import json

import pytest

from monitor.config import SavedReply
from monitor.slack.desk import Seams
from monitor.slack.handlers.shortcut import link_in, plain_text
from tests.fakes.slack import views
from tests.slack.house import opened, until
from tests.store.helpers import keep, keep_one, many


@pytest.fixture
def settings(settings):
    saved = (
        SavedReply(name="Sorry", text="Sorry {author}, {me} of {brand} looks at {url}"),
        SavedReply(name="German", text="Entschuldigung", languages=("de",)),
        SavedReply(name="Bolt's", text="Bolt", brands=("Bolt",)),
        SavedReply(name="Thanks", text="Thank you!"),
    )
    return settings.model_copy(update={"saved_replies": saved})


def typed(view):
    [block] = [b for b in view["blocks"] if b.get("block_id", "").startswith("text:")]
    return block["element"].get("initial_value", "")


def say(house, user, text):
    return house.people.command(user, text, "acme").wait()


def pick(house, user, view, number, text=""):
    """Choose a saved reply in an open window, with something typed or nothing."""
    [block] = [b for b in view["blocks"] if b.get("block_id", "").startswith("text:")]
    state = {block["block_id"]: {"reply.text": {"value": text or None}}}
    house.people._interact(
        user,
        "block_actions",
        actions=[
            {
                "type": "static_select",
                "action_id": "reply.saved",
                "selected_option": {"value": str(number)},
            }
        ],
        view=view | {"state": {"values": state}},
        container={"type": "view", "view_id": view["id"]},
        trigger_id=house.space.trigger(),
    )
    return house.window("reply.submit")


def test_saved_replies_are_those_of_the_brand_and_language(house, mention, ann):
    view = house.reply_window(ann)

    [menu] = [b for b in view["blocks"] if b.get("block_id") == "saved"]
    names = [one["text"]["text"] for one in menu["accessory"]["options"]]
    assert names == ["Sorry", "Thanks"]


def test_saved_reply_fills_the_text_with_what_it_leaves_open(house, mention, ann):
    view = pick(house, ann, house.reply_window(ann), 0)

    assert typed(view) == "Sorry ann, Ann of Acme looks at https://fake.example/1"


def test_second_pick_takes_the_place_of_the_first(house, mention, ann):
    view = pick(house, ann, house.reply_window(ann), 0)

    again = pick(house, ann, view, 1, typed(view))

    assert typed(again) == "Thank you!"


def test_pick_loses_nothing_that_was_typed(house, mention, ann):
    view = pick(house, ann, house.reply_window(ann), 1, "Dear Ann")

    assert typed(view) == "Dear Ann\n\nThank you!"


def test_pick_that_is_not_possible_leaves_the_draft_as_it_is(house, mention, ann):
    view = house.reply_window(ann)

    pick(house, ann, view, 99, "Dear Ann")

    assert "not there any more" in house.whispers(ann)[0]
    assert house.space.views[view["id"]]["callback_id"] == "reply.submit"


def test_reply_from_a_saved_one_goes_out(house, mention, ann):
    view = pick(house, ann, house.reply_window(ann), 1)
    house.submit(ann, view).wait()
    house.replies.send()

    assert house.platform.of("1") == ["Thank you!"]


@pytest.mark.parametrize("text", ["", "queue"])
def test_queue_shows_what_must_be_answered(house, mention, ann, text):
    answer = say(house, ann, text)

    assert answer["response_type"] == "ephemeral"
    assert "1 open, 0 of them overdue" in answer["text"]
    assert "card.reply" in json.dumps(answer["blocks"])


def test_mine_shows_what_i_have_claimed(house, store, ann):
    keep_one(store, post_id="1", text="acme one")
    house.press(ann, "card.claim")
    house.settle()
    keep_one(store, post_id="2", text="acme two")

    shown = json.dumps(say(house, ann, "mine")["blocks"])

    assert "acme one" in shown
    assert "acme two" not in shown


def test_find_looks_for_words(house, store, ann):
    keep_one(store, post_id="1", text="acme lost my parcel")

    answer = say(house, ann, "find PARCEL")
    [found] = until(lambda: house.space.ephemeral, "nothing was found")

    assert answer["text"] == "One moment…"
    assert "acme lost my parcel" in json.dumps(found["blocks"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("help", "/everyreply find TEXT"),
        ("status", "0 open"),
        ("dance", '"dance" is not known'),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
def test_command_answers_only_whoever_typed_it(house, ann, text, words):
    assert words in say(house, ann, text)["text"]
    assert house.space.all_messages() == []


def test_digest_now_calls_whoever_makes_it(slack, store, config, clock, ann):
    asked = []

    def digest(who):
        asked.append(who)
        return "the digest is on its way to #acme"

    with opened(slack, store, config, clock, seams=Seams(digest=digest)) as house:
        say(house, ann, "digest now")

        assert house.whispers(ann) == ["the digest is on its way to #acme"]
    assert asked == ["Ann"]


def test_digest_that_is_not_set_up_is_said_so(house, ann):
    say(house, ann, "digest now")

    assert "no digest is set up" in house.whispers(ann)[0].lower()


def home_of(house, user):
    house.people.event(type="app_home_opened", user=user, tab="home")
    house.settle()
    return house.space.homes[user]


def test_home_shows_my_work_what_nobody_has_and_what_is_overdue(
    house, store, ann, clock
):
    keep_one(store, post_id="1", text="acme mine")
    house.press(ann, "card.claim")
    house.settle()
    keep_one(store, post_id="2", text="acme free")
    clock.advance(days=1)

    shown = json.dumps(home_of(house, ann))

    mine, rest = shown.split("Nobody has these")
    free, late = rest.split("Overdue")
    assert "acme mine" in mine
    assert "acme free" in free
    assert "acme mine" in late


def test_home_of_a_long_queue_is_one_that_slack_takes(house, store, ann, clock):
    keep(store, *many(60, text="é <!channel> " * 800))
    clock.advance(days=1)

    view = home_of(house, ann)

    views.check(view, "home")


def test_press_on_the_home_tab_works_and_is_answered_in_person(
    house, mention, ann, bob
):
    view = home_of(house, ann)

    def press(user):
        house.people._interact(
            user,
            "block_actions",
            actions=[{"action_id": "card.claim", "value": str(mention.id)}],
            view=view,
            container={"type": "view", "view_id": "V1"},
            trigger_id=house.space.trigger(),
        )
        house.settle()

    press(ann)
    press(bob)

    assert house.now_is(mention).assignee == "Ann"
    assert "acme is bad" in json.dumps(house.space.homes[ann])
    [told] = house.space.messages(f"dm-{bob}")
    assert "Ann has it" in told["text"]


def test_shortcut_hands_a_link_on_to_be_tracked(slack, store, config, clock, ann):
    kept = []

    def track(url, text, brand, who):
        kept.append((url, text, brand, who))
        return "it is in the queue"

    message = {"ts": "1.0", "text": "look <https://x.example/1?a=1&amp;b=2|this>"}
    with opened(slack, store, config, clock, seams=Seams(track=track)) as house:
        house.people.shortcut(ann, "track_message", "acme", message)
        view = house.window("track.submit")
        house.submit(ann, view, **{"track.brand": "Acme"}).wait()

        assert house.whispers(ann) == ["it is in the queue"]
    assert kept == [("https://x.example/1?a=1&b=2", "look this", "Acme", "Ann")]


@pytest.mark.parametrize(
    ("text", "url", "words"),
    [
        ("<https://a.example/1>", "https://a.example/1", "https://a.example/1"),
        ("see https://a.example/1 now", "https://a.example/1", None),
        ("hi <@U123> &lt;b&gt;", "", "hi @U123 <b>"),
        ("<mailto:a@b.example|a@b.example>", "", "a@b.example"),
        ("", "", ""),
    ],
)
def test_message_of_slack_is_read_as_words_and_a_link(text, url, words):
    assert link_in(text) == url
    assert plain_text(text) == (text if words is None else words)
