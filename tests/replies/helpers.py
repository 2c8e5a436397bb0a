"""What the tests of replies do and see."""

from datetime import timedelta

MINUTE = timedelta(minutes=1)


def run(replies, clock, rounds=12):
    """Let time pass until everything that settles by itself has settled."""
    for _ in range(rounds):
        replies.send()
        clock.advance(minutes=40)
        replies.reconcile()


def now_is(store, mention):
    return store.mentions.get(mention.id)


def last_event(store, mention):
    return store.mentions.events(mention.id)[-1]


def notices(store, clock):
    due = store.outbox.due(clock() + timedelta(days=1))
    return [row.body["text"] for row in due if row.kind == "notice"]
