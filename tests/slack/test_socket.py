"""Connections that drop, go silent or are renewed: what is pressed is done, once."""

import threading

from monitor.models import Status
from tests.slack.house import PATIENCE, opened, until
from tests.store.helpers import keep_one


def claims(house, mention):
    return [e for e in house.store.mentions.events(mention.id) if e.what == "claimed"]


def test_two_connections_stand(house):
    assert until(lambda: house.socket.connections() == 2, "only one")


def test_connection_that_was_cut_comes_back_and_hears(house, mention, ann):
    house.space.sockets.cut()
    assert house.space.sockets.wait_opened(4)
    assert house.space.sockets.wait_for(2)

    assert house.press(ann, "card.claim").wait() is not None
    house.settle()
    assert house.now_is(mention).assignee == "Ann"


def test_connection_that_slack_renews_loses_nothing(house, mention, ann):
    house.space.sockets.refresh()
    assert house.space.sockets.wait_opened(4)
    assert house.space.sockets.wait_for(2)

    house.press(ann, "card.claim")

    until(lambda: house.now_is(mention).assignee == "Ann", "nobody heard it")


def test_connection_that_answers_no_ping_is_made_anew(house, mention, ann):
    house.space.sockets.mute = True
    assert house.space.sockets.wait_opened(4)
    house.space.sockets.mute = False

    def heard():
        house.press(ann, "card.claim", message=card).wait(1)
        return house.now_is(mention).assignee == "Ann"

    card = house.card()
    until(heard, "nobody hears")


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
    assert house.space.sockets.wait_opened(4)
    house.space.sockets.wait_for(2)
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

        until(lambda: house.told, "nobody was told", PATIENCE * 2)

    assert house.told[0][0] == "slack:deaf"


def test_database_that_is_locked_does_not_end_the_watch(slack, store, config, clock):
    def locked(key, words):
        told.append(key)
        raise OSError("database is locked")

    told = []
    with opened(slack, store, config, clock, tick=0.001) as house:
        house.socket.tell = locked
        slack.faults.down = True
        slack.sockets.cut()
        until(lambda: told, "nobody was told", PATIENCE * 2)
        slack.faults.down = False

        assert until(
            lambda: house.socket.connections() == 2, "never back", PATIENCE * 2
        )
