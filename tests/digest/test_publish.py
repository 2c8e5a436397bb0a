"""A digest goes out once: across restarts, two processes, crashes and clock changes."""

import socket
from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.config.model import Digest
from monitor.digest import publish
from monitor.digest.publish import AlreadySent, Publisher
from monitor.models import DigestState, OutboxKind
from tests.digest.test_mail import settings, smtp
from tests.fakes.mentions import make_mention
from tests.store.helpers import keep

MONDAY = datetime(2026, 1, 12, 9, tzinfo=UTC)
KEY = "digest:Acme:2026-01-05:2026-01-11"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "digests"


@pytest.fixture
def publisher(store, config, clock, out):
    return publisher_of(store, config, clock, out)


def publisher_of(store, config, clock, out, **more):
    """A publisher of Acme alone, whose week had mentions, on the Monday after."""
    for number in range(3):
        posted = datetime(2026, 1, 6 + number, 12, tzinfo=UTC)
        keep(
            store,
            make_mention(post_id=f"p{number}", posted_at=posted),
            now=posted,
        )
    clock.time = MONDAY
    digest = Digest(**({"out": str(out), "day": "mon", "at": time(8)} | more))
    changes = {"digest": digest, "brands": config.brands[:2]}
    return Publisher(store, config.model_copy(update=changes), clock)


def mailing(publisher, port):
    digest = publisher.config.digest.model_copy(update={"email": settings(port)})
    config = publisher.config.model_copy(update={"digest": digest})
    return Publisher(publisher.store, config, publisher.now)


def row(store):
    return store.digests.last("Acme", MONDAY.date())


def told(store):
    return [
        one.body["text"]
        for one in store.outbox.due(MONDAY + timedelta(days=9))
        if one.kind is OutboxKind.NOTICE
    ]


def test_each_tick_of_the_week_and_each_restart_finds_it_made(
    publisher, store, config, clock
):
    made = []
    for _ in range(7 * 24):
        again = Publisher(store, publisher.config, clock)
        made.append(again.run())
        clock.advance(hours=1)

    assert sum(made[: 7 * 24 - 2]) == 1
    assert store.outbox.of(KEY) is not None


def test_nothing_is_made_before_its_time(publisher, store, clock):
    clock.time = datetime(2026, 1, 12, 7, 59, tzinfo=UTC)

    assert publisher.run() == 0
    assert row(store) is None


def test_after_a_rest_only_the_latest_week_comes_out(publisher, store, clock):
    clock.advance(days=35)

    assert publisher.run() == 1
    assert row(store) is None
    assert store.outbox.of("digest:Acme:2026-02-09:2026-02-15") is not None


def test_a_quiet_week_has_its_digest(publisher, store, clock):
    publisher.run()
    clock.advance(days=7)

    assert publisher.run() == 1
    top = store.outbox.of("digest:Acme:2026-01-12:2026-01-18")
    assert "Nobody wrote about Acme" in top.body["text"]


class Slow:
    """A clock that lets another process publish while ours is at work."""

    def __init__(self, clock, other):
        self.clock, self.other = clock, [other]

    def __call__(self):
        while self.other:
            self.other.pop().run()
        return self.clock()


def test_of_two_processes_one_makes_it(publisher, store, clock, config):
    brand = config.brand("Acme")
    week = publish.due(
        clock(), "UTC", publisher.config.digest, MONDAY.replace(year=2025)
    )
    loser = Publisher(store, publisher.config, Slow(clock, publisher))

    with pytest.raises(AlreadySent, match="was made 12 Jan 09:00 UTC already"):
        loser.publish(brand, week)

    tops = [one for one in store.outbox.due(MONDAY) if one.post_key == KEY]
    assert len(tops) == 1


def test_files_of_a_crash_before_it_is_kept_are_made_anew(publisher, store, out):
    folder = out / "acme" / "2026-W02"
    folder.mkdir(parents=True)
    (folder / "digest.html").write_text("half")

    assert publisher.run() == 1
    assert "Acme" in (folder / "digest.html").read_text("utf-8")
    assert row(store).folder == "acme/2026-W02"


def test_a_folder_that_cannot_be_written_is_told_once_and_tried_again(
    publisher, store, out
):
    out.write_text("a file stands where the folder should be")

    assert [publisher.run(), publisher.run()] == [0, 0]
    out.unlink()

    assert publisher.run() == 1
    [words] = [one for one in told(store) if "cannot be written" in one]
    assert words.startswith("the digest of Acme cannot be written")


@pytest.mark.parametrize(
    ("day", "at", "begin"),
    [
        ("sun", time(2, 30), datetime(2026, 10, 24, 20, tzinfo=UTC)),  # comes twice
        ("sun", time(2, 30), datetime(2026, 3, 28, 20, tzinfo=UTC)),  # never comes
    ],
)
def test_a_time_that_the_clocks_repeat_or_skip_has_one_digest(
    store, config, clock, out, day, at, begin
):
    there = {"time_zone": "Europe/Amsterdam"}
    brands = (config.brands[0].model_copy(update=there),)
    here = config.model_copy(update={"brands": brands})
    publisher = publisher_of(store, here, clock, out, day=day, at=at)
    clock.time = begin
    publisher.run()  # the week before's

    made = 0
    for _ in range(24):
        clock.advance(minutes=30)
        made += publisher.run()

    assert made == 1


def test_it_counts_as_sent_when_its_message_is(publisher, store, clock):
    publisher.run()
    before = row(store).state
    send(store, clock)
    clock.advance(minutes=1)
    publisher.run()

    assert before is DigestState.MADE
    assert row(store).state is DigestState.SENT
    assert row(store).sent_at == MONDAY


def send(store, clock, drop=""):
    top = store.outbox.of(KEY)
    assert store.outbox.claim(top, clock())
    top = store.outbox.of(KEY)
    if drop:
        store.outbox.drop(top, drop, clock())
    else:
        store.outbox.sent(top, "1.2", clock())


def test_one_that_nobody_shows_says_why(publisher, store, clock):
    publisher.run()
    send(store, clock, drop="this sender shows no digests")
    publisher.run()

    assert row(store).state is DigestState.FAILED
    assert row(store).error == "this sender shows no digests"


def test_it_is_mailed_once(publisher, store):
    with smtp() as fake:
        sender = mailing(publisher, fake.port)
        for _ in range(3):
            sender.run()

    assert len(fake.taken) == 1
    assert row(store).mailed_at == MONDAY
    assert told(store) == []


def test_a_server_that_is_away_gets_it_later(publisher, store, clock):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    mailing(publisher, port).run()
    with smtp() as fake:
        sender = mailing(publisher, fake.port)
        sender.run()
        early = len(fake.taken)
        clock.advance(minutes=10)
        sender.run()

    assert (early, len(fake.taken)) == (0, 1)
    assert row(store).mailed_at == clock()
    assert "is not mailed yet" in told(store)[0]


def test_what_may_have_been_mailed_is_told_and_not_repeated(publisher, store, clock):
    with smtp(BODY="drop") as fake:
        sender = mailing(publisher, fake.port)
        sender.run()
        clock.advance(hours=1)
        sender.run()

    assert len(fake.taken) == 1
    [words] = told(store)
    assert "may or may not have been mailed" in words


def test_a_process_stopped_while_mailing_is_told_by_the_next(publisher, store, clock):
    sender = mailing(publisher, 9)  # one that is asked again would be "not mailed yet"
    sender.publish(publisher.config.brands[0], week())
    store.digests.begin_mail(row(store).id, clock())
    sender.mail()
    early = told(store)
    clock.advance(hours=1)
    sender.mail()
    sender.mail()

    assert early == []
    [words] = told(store)
    assert words == (
        "the digest of Acme for 2026-01-05 to 2026-01-11 may or may not have been "
        "mailed: Everyreply was stopped meanwhile"
    )


def week():
    began = MONDAY - timedelta(days=99)
    return publish.due(MONDAY, "UTC", Digest(), began)


def test_a_refused_letter_is_told_and_given_up(publisher, store, clock):
    with smtp(MAIL="550 no") as fake:
        sender = mailing(publisher, fake.port)
        sender.run()
        clock.advance(hours=1)
        sender.run()

    [words] = told(store)
    assert "is not mailed: mail server 127.0.0.1 answered 550 to our sender" in words
    assert row(store).error


def test_a_letter_that_is_gone_is_told_once(publisher, store, clock, out):
    sender = mailing(publisher, 9)
    sender.publish(publisher.config.brands[0], week())
    (out / "acme" / "2026-W02" / "digest.eml").unlink()

    sender.mail()
    sender.mail()

    [words] = told(store)
    assert "digest.eml is gone" in words


def test_e_mail_set_up_later_does_not_bring_back_old_digests(publisher, store, clock):
    publisher.run()

    mailing(publisher, 9).run()

    assert row(store).mail_at is None
    assert told(store) == []


def test_brands_that_are_only_watched_have_none(store, config, clock, out):
    rival = config.model_copy(update={"brands": config.brands[1:2]})

    assert publisher_of(store, rival, clock, out).run() == 0


def test_sending_can_be_switched_off(store, config, clock, out):
    assert publisher_of(store, config, clock, out, send=False).run() == 0
