from datetime import timedelta

from monitor.models import OpenModal
from tests.store.helpers import keep_one

MINUTE = timedelta(minutes=1)


def test_lane_keeps_how_long_it_was_asked_to_wait(store, clock):
    store.lanes.hold("#acme", clock() + MINUTE, "busy", failed=False)

    lane = store.lanes.troubled()["#acme"]

    assert (lane.wait_until, lane.failures) == (clock() + MINUTE, 0)
    assert store.lanes.refused() == []


def test_refusal_is_told_once_per_occasion_and_again_for_another_reason(store, clock):
    for error in ("invite us", "invite us", "archived"):
        clock.advance(minutes=1)
        store.lanes.refuse("#acme", clock() + MINUTE, error, clock())

    told = [row.body["text"] for row in store.outbox.due(clock())]
    assert told == [
        "messages to #acme wait: invite us",
        "messages to #acme wait: archived",
    ]
    assert store.lanes.troubled()["#acme"].failures == 3


def test_resume_tries_refused_lanes_at_once_and_clear_forgets_them(store, clock):
    store.lanes.refuse("#acme", clock() + MINUTE, "invite us", clock())

    store.lanes.resume(clock())
    assert store.lanes.troubled()["#acme"].wait_until == clock()
    store.lanes.clear("#acme")

    assert store.lanes.troubled() == {}


def test_second_sight_of_an_envelope_is_none(store, clock):
    assert store.slack.first_sight("Ev1", clock())
    assert not store.slack.first_sight("Ev1", clock())
    store.slack.forget(clock() + MINUTE)
    assert store.slack.first_sight("Ev1", clock())


def test_who_opens_a_modal_hears_who_else_has_it_open(store, clock):
    mention = keep_one(store)

    def modal(number, name):
        return OpenModal(
            view_id=number, mention_id=mention.id, user_id=f"U{name}", name=name,
            opened_at=clock(),
        )  # fmt: skip

    assert store.slack.opened(modal("V1", "Ann")) == []
    assert [m.name for m in store.slack.opened(modal("V2", "Bob"))] == ["Ann"]
    store.slack.closed("V1")
    assert store.slack.open_for(mention.id, "UBob") == []


def test_last_place_a_message_was_tried_is_kept(store, clock):
    store.slack.posting("alert:1", "C1", clock())
    store.slack.posting("alert:1", "C2", clock(), "1.1")

    found = store.slack.posted("alert:1")

    assert (found.channel, found.thread_ts) == ("C2", "1.1")
    assert store.slack.posted("alert:2") is None
