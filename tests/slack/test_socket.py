"""Connections that drop, go silent or are renewed: what is pressed is done, once."""

import ctypes
import threading
from contextlib import suppress

import pytest

from monitor.models import Status
from monitor.slack.client import connect
from monitor.slack.socket import APART, TOLD, Socket, _Place
from tests.slack.house import NEVER, PATIENCE, opened, until
from tests.store.helpers import keep_one


def claims(house, mention):
    return [e for e in house.store.mentions.events(mention.id) if e.what == "claimed"]


def test_two_connections_stand(house):
    assert until(lambda: house.socket.connections() == 2, "only one")


def test_connection_that_was_cut_comes_back_and_hears(house, mention, ann):
    house.space.sockets.cut()
    house.connected(anew=2)

    assert house.press(ann, "card.claim").wait() is not None
    house.settle()
    assert house.now_is(mention).assignee == "Ann"


def test_connection_that_slack_renews_loses_nothing(house, mention, ann):
    house.space.sockets.refresh()
    house.connected(anew=2)

    house.press(ann, "card.claim")

    until(lambda: house.now_is(mention).assignee == "Ann", "nobody heard it")


def test_press_that_slack_still_hands_to_the_old_connection_is_heard(
    house, mention, ann
):
    house.space.sockets.refresh("warning")
    house.connected(anew=2)

    card = house.card()
    pressed = [house.press(ann, "card.claim", message=card) for _ in range(4)]

    assert [envelope.wait() for envelope in pressed] == [{}] * 4
    house.settle()
    assert len(claims(house, mention)) == 1


def test_old_connection_is_let_go_once_the_new_one_has_long_stood(
    slack, store, config, clock
):
    with opened(slack, store, config, clock, tick=0.02) as house:
        slack.sockets.refresh("warning")
        assert slack.sockets.wait_opened(4)

        until(lambda: len(slack.sockets._live) == 2, house.known)
        assert until(lambda: house.socket.connections() == 2, house.known)


def test_connection_that_answers_no_ping_is_made_anew(
    slack, store, config, clock, mention, ann
):
    with opened(slack, store, config, clock, tick=0.05, silent=4) as house:
        slack.sockets.mute = True
        assert slack.sockets.wait_opened(4)
        slack.sockets.mute = False

        def heard():
            house.press(ann, "card.claim", message=card).wait(1)
            return house.now_is(mention).assignee == "Ann"

        card = house.card()
        until(heard, "nobody hears")


def hold_every_thread_for_a_second():
    """Keep this process from everything, as a machine that sleeps or swaps does."""
    ctypes.PyDLL(None).sleep(1)  # which keeps the interpreter's lock, as CDLL does not


def test_process_that_was_held_up_loses_no_press(
    slack, store, config, clock, mention, ann
):
    with opened(slack, store, config, clock, tick=0.02, silent=10) as house:
        lines = [place.line for place in house.socket._places]
        until(lambda: all(line.answered for line in lines), house.known)
        card = house.card()

        hold_every_thread_for_a_second()
        pressed = [house.press(ann, "card.claim", message=card) for _ in lines]

        assert [one.wait() for one in pressed] == [{}] * len(lines), house.known()
        until(lambda: not any(line.unanswered for line in lines), house.known)
        assert lines == [place.line for place in house.socket._places]


@pytest.fixture
def socket(slack, config):
    """One whose ticks are counted by hand; with a place for one line."""
    clients = connect(config.slack, timeout=PATIENCE)
    made = Socket(clients.app, None, lambda *_: None, silent=NEVER)
    made._places = [_Place(next_try=0)]
    yield made
    for line in made._places[0].lines():
        line.hang_up()


def look_after(socket, *ticks):
    for at in ticks:
        socket._look_after(socket._places[0], at)


def asked(slack):
    return len(slack.of("apps.connections.open"))


def test_slack_that_asks_for_time_is_given_it(slack, socket):
    slack.break_next("busy", method="apps.connections.open", retry_after=30)

    look_after(socket, 0, 2, 29)
    assert (asked(slack), socket.connections()) == (1, 0)

    look_after(socket, 30)
    assert (asked(slack), socket.connections()) == (2, 1)


def test_connection_that_slack_drops_at_once_is_not_made_anew_in_a_circle(
    slack, socket
):
    slack.sockets.mute = True
    for at in range(60):
        look_after(socket, at)
        if socket.connections():
            assert slack.sockets.wait_for(1)
            slack.sockets.cut()
            until(lambda: socket.connections() == 0, "it stands")

    assert asked(slack) == 5  # at 0, 2, 6, 14, 30


def test_half_closed_connection_is_made_anew(slack, socket):
    look_after(socket, 0)
    assert slack.sockets.wait_for(1)
    slack.sockets.half_close()

    until(lambda: socket.connections() == 0, "it stands, and nothing comes")
    look_after(socket, 2)

    assert socket.connections() == 1


def test_slack_that_is_away_at_the_start_is_heard_once_it_is_back(
    slack, store, config, clock, ann
):
    slack.faults.down = True
    timer = threading.Timer(0.3, lambda: setattr(slack.faults, "down", False))
    timer.start()
    with opened(slack, store, config, clock) as house:
        assert until(lambda: house.socket.connections() == 2, "never back")
    timer.join()


def test_press_is_done_though_its_connection_drops_meanwhile(house, mention, ann):
    card = house.card()
    with house.every_worker_busy_but_waiting() as release:
        envelope = house.press(ann, "card.claim", message=card)
        assert envelope.wait() == {}
        house.space.sockets.cut()
        release.set()
    house.connected(anew=2)
    house.space.sockets.redeliver(envelope)

    until(lambda: house.now_is(mention).assignee == "Ann", "it was lost")
    house.settle()
    assert len(claims(house, mention)) == 1


def test_stopping_finishes_what_was_acknowledged(slack, store, config, clock, ann):
    mention = keep_one(store)
    with opened(slack, store, config, clock) as house:
        card = house.card()
        assert house.press(ann, "card.claim", message=card).wait() == {}

    assert store.mentions.get(mention.id).assignee == "Ann"


def test_process_that_ends_between_submission_and_answer_answers_once(
    slack, store, config, clock, ann
):
    mention = keep_one(store)
    with opened(slack, store, config, clock) as house:
        platform = house.platform
        assert house.write(ann, "Sorry")["response_action"] == "update"
        house.card()

    with opened(slack, store, config, clock, platform=platform) as house:
        house.replies.send()
        house.replies.send()
        card = house.card()

        assert platform.of("1") == ["Sorry"]
        assert card["text"].startswith("Answered by Ann")
        assert len(slack.messages("acme")) == 1
        assert len(slack.thread("acme", card["ts"])) == 1
    assert store.mentions.get(mention.id).status is Status.ANSWERED


def test_no_connection_for_long_is_told_to_the_operator(slack, store, config, clock):
    with opened(slack, store, config, clock, tick=0.001) as house:
        slack.faults.down = True
        slack.sockets.cut()

        until(lambda: house.told, "nobody was told")

    assert house.told[0][0] == "slack:deaf"


def test_connections_that_stand_and_say_nothing_are_told_as_none(slack, socket):
    socket.silent = 10
    told = []
    socket.tell = lambda key, words: told.append(key)
    slack.sockets.mute = True
    look_after(socket, 0)
    slack.faults.down = True

    for at in range(1, APART + TOLD + 10):
        look_after(socket, at)
        socket._tell_down(at)

    assert told == ["slack:deaf"]


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_what_the_operator_could_not_be_told_is_told_later(socket, failures):
    told = []

    def tell(key, words):
        told.append(key)
        if len(told) <= failures:
            raise OSError("database is locked")

    socket.tell = tell
    for at in range(APART + TOLD * (failures + 1)):
        with suppress(OSError):
            socket._tell_down(at)

    assert told == ["slack:deaf"] * (failures + 1)


def test_database_that_is_locked_does_not_end_the_watch(slack, store, config, clock):
    def locked(key, words):
        told.append(key)
        raise OSError("database is locked")

    told = []
    with opened(slack, store, config, clock, tick=0.001) as house:
        house.socket.tell = locked
        slack.faults.down = True
        slack.sockets.cut()
        until(lambda: told, "nobody was told")
        slack.faults.down = False

        assert until(lambda: house.socket.connections() == 2, house.known)
