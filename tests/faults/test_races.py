"""Two who change the same rows at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import event

from connectors import OwnerReply
from monitor.models import Status
from monitor.store import Database, Filter, Move, Overtaken, Store

pytestmark = pytest.mark.slow
ROUNDS = 20


@pytest.fixture
def other_store(database):
    """The same database as another process sees it."""
    url = database.engine.url.render_as_string(hide_password=False)
    other = Database(url)
    yield Store(other)
    other.close()


def at_once(*jobs):
    """Run jobs at the same moment; return what each gave or raised."""
    start = Barrier(len(jobs))

    def run(job):
        start.wait()
        try:
            return job()
        except Overtaken as e:
            return e

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_two_people_who_close_a_mention_at_once_one_is_told(
    pipeline, watch, connector, store, other_store, clock
):
    for _ in range(ROUNDS):
        connector.post("acme is bad")
    pipeline.poll(watch)
    answer = Move(Status.ANSWERED, "ann", "replied")
    dismiss = Move(Status.DISMISSED, "bob", "spam")

    for mention in store.mentions.find(Filter()):
        first, second = at_once(
            lambda one=mention.id: store.move(one, Status.OPEN, answer, clock()),
            lambda one=mention.id: other_store.move(one, Status.OPEN, dismiss, clock()),
        )

        assert sum(isinstance(one, Overtaken) for one in (first, second)) == 1
        [_, moved] = store.mentions.events(mention.id)
        assert moved.new == store.mentions.get(mention.id).status
    assert store.audit().problems == ()


def test_mention_opened_while_old_words_are_erased_keeps_its_words(
    pipeline, watch, connector, store, other_store, clock
):
    for _ in range(ROUNDS):
        connector.post("acme is bad")
        pipeline.poll(watch)
        [mention] = store.mentions.find(Filter(status=Status.OPEN))
        closed = Move(Status.DISMISSED, "ann", "no_reply_needed")
        store.move(mention.id, Status.OPEN, closed, clock())
        clock.advance(seconds=1)
        again = Move(Status.OPEN, "bob", "a mistake", due_at=clock())

        at_once(
            lambda: store.erase(clock(), clock()),
            lambda one=mention.id, again=again: other_store.move(
                one, Status.DISMISSED, again, clock()
            ),
        )

        whats = [one.what for one in store.mentions.events(mention.id)]
        assert whats in (
            ["found", "status", "status"],
            ["found", "status", "erased", "status"],
        )
        store.move(mention.id, Status.OPEN, closed, clock())


def test_native_answer_shown_while_somebody_claims_is_not_lost(
    pipeline, watch, connector, store, clock
):
    post = connector.post("acme is bad")
    pipeline.poll(watch)
    [mention] = store.mentions.find(Filter())
    reply = OwnerReply(text="Sorry!", posted_at=clock(), author="Help")
    connector.posts.append(replace(post, owner_reply=reply))

    class Meanwhile:
        """Somebody tries to reply and gives up while the platform is asked."""

        def move(self, old, new):
            store.move(mention.id, old, Move(new, "ann", "trying"), clock())

        def known(self, platform, post_ids):
            found = store.mentions.known(platform, post_ids)
            self.move(Status.OPEN, Status.SENDING)
            self.move(Status.SENDING, Status.OPEN)
            return found

        def __getattr__(self, name):
            return getattr(store.mentions, name)

    busy = Store(store._database)
    busy.mentions = Meanwhile()
    assert replace(pipeline, store=busy).poll(watch) is None

    assert pipeline.poll(watch).changed == 1
    [mention] = store.mentions.find(Filter())
    assert (mention.status, mention.answered_by) == (Status.ANSWERED, "Help")
    assert store.audit().problems == ()


def test_audit_of_a_running_bot_is_one_snapshot(
    pipeline, watch, connector, store, other_store, database
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    connector.post("acme is worse")
    recorded = []

    def meanwhile(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT") and not recorded:
            recorded.append("now")
            replace(pipeline, store=other_store).poll(watch)

    event.listen(database.engine, "after_cursor_execute", meanwhile)
    found = store.audit()
    event.remove(database.engine, "after_cursor_execute", meanwhile)

    assert found.problems == ()
    assert found.total == 1
    assert store.audit().total == 2


def test_erased_mention_that_opens_again_has_its_author_and_link(
    pipeline, watch, connector, store, clock
):
    post = connector.post("acme jobs")
    pipeline.poll(watch)
    clock.advance(days=400)
    store.erase(clock(), clock())
    connector.posts.append(replace(post, text="acme is bad"))

    pipeline.poll(watch)

    [mention] = store.mentions.find(Filter())
    assert mention.status is Status.OPEN
    assert (mention.author, mention.url) == ("ann", post.url)
