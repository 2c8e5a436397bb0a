"""Polling a feed: what comes once, comes again, is told as missing, or refused."""

import logging
import traceback
from datetime import timedelta

import pytest
from pydantic import ValidationError

from connectors import Context, Kind, Refused, RssSource, Unavailable
from tests.connectors.rss_helpers import NOW, PATH, connector, only, poll
from tests.fakes.feed import Item, atom, day, rss
from tests.fakes.server import Reply

LATER = NOW + timedelta(hours=1)


def texts(batch):
    return [post.text for post in batch.posts]


# What comes, and how often


def test_first_poll_brings_all_oldest_first(server):
    feed = rss([Item("3", "c", at=day(3)), Item("2", "b", at=day(2)), Item("1", "a", at=day(1))])  # fmt: skip

    batch = poll(server, feed)

    assert texts(batch) == ["a", "b", "c"]
    assert not batch.more


def test_first_poll_can_leave_the_past_alone(server):
    first = poll(server, rss([Item("1", "old")]), first="new")

    second = poll(
        server, rss([Item("2", "new"), Item("1", "old")]), first.cursor, first="new"
    )

    assert texts(first) == []
    assert texts(second) == ["new"]


def test_entry_comes_once(server):
    feed = rss([Item("1", "a")])

    first = poll(server, feed)
    second = poll(server, feed, first.cursor)

    assert (texts(first), texts(second)) == (["a"], [])


def test_edited_entry_comes_again_with_the_time_we_noticed(server):
    first = poll(server, rss([Item("1", "good", at=day(1))]))

    second = poll(server, rss([Item("1", "bad", at=day(1))]), first.cursor, now=LATER)

    assert only(second).id == only(first).id
    assert only(second).text == "bad"
    assert only(second).edited_at == LATER


def test_edit_has_the_feeds_own_time_if_that_is_since_the_last_poll(server):
    def feed(text, updated):
        return atom(
            f"<entry><id>tag:x,1</id><published>2026-11-01T00:00:00Z</published>"
            f"<updated>{updated}</updated><content>{text}</content></entry>"
        )

    first = poll(server, feed("one", "2026-11-01T00:00:00Z"))
    edited = (NOW + timedelta(minutes=5)).isoformat()
    second = poll(server, feed("two", edited), first.cursor, now=LATER)
    third = poll(server, feed("three", edited), second.cursor, now=LATER)

    assert only(first).edited_at is None
    assert only(second).edited_at == NOW + timedelta(minutes=5)
    assert only(third).edited_at == LATER


def test_new_markup_around_the_same_words_is_no_edit(server):
    first = poll(server, rss(["<item><guid>a:1</guid><description>&lt;p>hi&lt;/p></description></item>"]))  # fmt: skip
    second = poll(server, rss(["<item><guid>a:1</guid><description>&lt;div id='x'>hi &lt;img src='pixel'>&lt;/div></description></item>"]), first.cursor)  # fmt: skip

    assert texts(second) == []


def test_entry_that_leaves_and_comes_back_is_known(server):
    one, two = Item("1", "a"), Item("2", "b")

    first = poll(server, rss([one, two]))
    second = poll(server, rss([two]), first.cursor)
    third = poll(server, rss([one, two]), second.cursor)

    assert texts(third) == []


def test_memory_is_at_least_twice_the_feed_and_bounded(server):
    cursor = None
    for start in range(0, 3000, 600):
        items = [Item(str(n), f"text {n}") for n in range(start, start + 600)]
        cursor = poll(server, rss(items), cursor).cursor

    assert len(cursor["seen"]) == 1200


# ETag and Last-Modified


def test_unchanged_feed_is_not_sent_again(server):
    headers = {"ETag": '"abc"', "Last-Modified": "Sun, 22 Nov 2026 10:00:00 GMT"}

    first = poll(server, Reply(rss([Item("1", "a")]), headers=headers))
    second = poll(server, Reply(status=304), first.cursor)
    third = poll(server, Reply(status=304), second.cursor)

    assert texts(second) == texts(third) == []
    for request in server.requests[1:]:
        assert request.headers["if-none-match"] == '"abc"'
        assert request.headers["if-modified-since"] == headers["Last-Modified"]


@pytest.mark.parametrize("etag", ["\xe9", "x" * 5000])
def test_etag_that_cannot_be_sent_back_is_forgotten(server, etag):
    feed = Reply(rss([Item("1", "a")]), headers={"ETag": etag})

    first = poll(server, feed)
    second = poll(server, feed, first.cursor)

    assert "if-none-match" not in server.requests[1].headers
    assert second.posts == []


def test_half_a_feed_is_asked_for_again_whole(server):
    whole = rss([Item("2", "b"), Item("1", "a")])
    half = Reply(whole, headers={"ETag": '"1"'}, cut=len(whole) - 40, length=False)

    first = poll(server, half)
    second = poll(server, whole, first.cursor)

    assert "if-none-match" not in server.requests[1].headers
    assert texts(first) + texts(second) == ["b", "a"]


def test_another_address_is_asked_without_the_old_etag(server):
    first = poll(server, Reply(rss([Item("tag:1", "a")]), headers={"ETag": '"1"'}))
    server.on("/other.xml", Reply(rss([Item("tag:2", "b"), Item("tag:1", "a")])))

    second = connector(server, "/other.xml").poll(first.cursor)

    assert "if-none-match" not in server.requests[1].headers
    assert texts(second) == ["b"]
    assert second.gaps == ()


def test_not_modified_without_being_asked_is_unavailable(server):
    with pytest.raises(Unavailable, match="empty"):
        poll(server, Reply(status=304))


# Cut bodies


def test_cut_under_a_content_length_is_unavailable(server):
    with pytest.raises(Unavailable):
        poll(server, Reply(rss([Item("1", "a")]), cut=150))


@pytest.mark.parametrize("cut", range(150, 420, 7))
def test_body_cut_without_a_word_brings_no_half_entries(server, cut):
    whole = rss([Item("2", "text of b", at=day(2)), Item("1", "text of a", at=day(1))])
    cursor, first = None, []
    try:
        batch = poll(server, Reply(whole, cut=cut, length=False))
    except Unavailable:
        pass
    else:
        cursor, first = batch.cursor, texts(batch)

    second = poll(server, whole, cursor)

    assert sorted(first + texts(second)) == ["text of a", "text of b"]


def test_feed_that_always_ends_early_still_gives_its_last_entry(server):
    endless = rss([Item("2", "b"), Item("1", "a")]).replace(b"</channel></rss>", b"")

    first = poll(server, endless)
    second = poll(server, endless, first.cursor)
    third = poll(server, endless, second.cursor)

    assert [texts(b) for b in (first, second, third)] == [["b"], ["a"], []]


# Gaps


def page(*numbers):
    return rss([Item(str(n), f"text {n}", at=day(n)) for n in numbers])


def test_page_without_anything_known_is_a_gap(server):
    first = poll(server, page(3, 2, 1), now=day(3, 13))
    second = poll(server, page(9, 8, 7), first.cursor, now=day(9, 13))

    (gap,) = second.gaps
    assert (gap.since, gap.until) == (day(3, 13), day(7))
    assert "all 3 entries of the feed are new" in gap.reason
    assert len(second.posts) == 3


def test_page_that_joins_what_was_seen_is_no_gap(server):
    first = poll(server, page(3, 2, 1))
    second = poll(server, page(5, 4, 3), first.cursor)

    assert second.gaps == ()


def test_gap_since_the_last_poll_even_if_that_was_unchanged(server):
    told = Reply(page(3, 2, 1), headers={"ETag": '"1"'})
    first = poll(server, told, now=day(3, 13))
    second = poll(server, Reply(status=304), first.cursor, now=day(5))
    third = poll(server, page(9, 8, 7), second.cursor, now=day(9, 13))

    assert third.gaps[0].since == day(5)


def test_gap_is_told_once(server):
    first = poll(server, page(3, 2, 1))
    second = poll(server, page(9, 8, 7), first.cursor)
    third = poll(server, page(10, 9, 8), second.cursor)

    assert (len(second.gaps), len(third.gaps)) == (1, 0)


@pytest.mark.parametrize("numbers", [(9,), (9, 8)])
def test_feed_that_forgets_by_age_is_no_gap(server, numbers):
    first = poll(server, page(3, 2, 1))
    second = poll(server, page(*numbers), first.cursor)

    assert second.gaps == ()


def test_feed_of_one_entry_is_no_gap_each_time(server):
    first = poll(server, page(1))
    second = poll(server, page(2), first.cursor)

    assert second.gaps == ()


def test_first_poll_is_no_gap(server):
    assert poll(server, page(3, 2, 1)).gaps == ()


def test_site_that_renamed_its_entries_is_no_gap(server):
    def named(prefix):
        return rss([Item(f"{prefix}/{n}", f"text {n}", at=day(n)) for n in (3, 2, 1)])

    first = poll(server, named("http://x"))
    second = poll(server, named("https://x"), first.cursor)

    assert second.gaps == ()


def test_gap_is_not_hidden_by_a_cut_page_in_between(server):
    first = poll(server, page(3, 2, 1))
    cut = page(9, 8, 7).replace(b"</channel></rss>", b"")
    second = poll(server, cut, first.cursor)
    third = poll(server, page(9, 8, 7), second.cursor)

    assert (len(second.gaps), len(third.gaps)) == (0, 1)


def test_gap_is_not_hidden_by_two_cut_pages_in_between(server):
    first = poll(server, page(3, 2, 1))
    cut = page(9, 8, 7).replace(b"</channel></rss>", b"")
    second = poll(server, cut, first.cursor)
    cut = page(11, 10, 9).replace(b"</channel></rss>", b"")
    third = poll(server, cut, second.cursor)
    fourth = poll(server, page(10, 9, 8), third.cursor)

    assert [len(b.gaps) for b in (second, third, fourth)] == [0, 0, 1]


# Entries that cannot be read


def test_poisoned_entry_is_set_aside_once_and_the_rest_goes_on(server):
    feed = rss([Item("2", "b"), "<item></item>", Item("1", "a")])

    first = poll(server, feed)
    second = poll(server, feed, first.cursor)

    assert texts(first) == ["a", "b"]
    (aside,) = first.set_aside
    assert aside.where == "Acme News entry number 2"
    assert aside.reason == "it is empty: no id, link, title or text"
    assert second.set_aside == []


def test_entry_of_which_nothing_came_yet_is_not_set_aside(server):
    whole = rss([Item("2", "b"), Item("1", "a")])
    cut = whole.rindex(b"<item>") + len("<item><guid>")

    first = poll(server, Reply(whole, cut=cut, length=False))

    assert first.set_aside == []


def test_nameless_feed_is_called_by_its_source(server):
    batch = poll(server, rss(["<item></item>", Item("1", "a")], title=""))

    assert batch.set_aside[0].where == "news entry number 1"


# Errors


def test_feed_gone_for_good_is_refused(server):
    with pytest.raises(Refused, match="gone for good: remove it"):
        poll(server, Reply(status=410))


HTML = (
    b"<!DOCTYPE html><html><head><title>Acme</title>"
    b"<link rel='alternate' type='application/rss+xml' href='/rss'></head></html>"
)
NOT_FEEDS = {
    "missing": (Reply(status=404), "no feed at this address"),
    "web page": (Reply(HTML), "it links to this feed: http://127"),
    "web page in XML": (
        Reply(b"<?xml version='1.0'?>" + HTML),
        "it links to this feed",
    ),
    "web page without feeds": (Reply(b"<html></html>"), "look there for a link"),
    "JSON": (Reply(b'{"a": 1}'), "no JSON Feed"),
    "text": (Reply(b"hello"), "neither RSS, Atom nor JSON Feed"),
    "picture": (Reply(b"\x89PNG\r\n\x1a\n\x00\x00"), "neither RSS"),
}


@pytest.mark.parametrize(("reply", "words"), NOT_FEEDS.values(), ids=NOT_FEEDS)
def test_something_else_is_refused_with_the_remedy(server, reply, words):
    with pytest.raises(Refused, match=words):
        poll(server, reply)


@pytest.mark.parametrize(("reply", "words"), NOT_FEEDS.values(), ids=NOT_FEEDS)
def test_feed_that_worked_before_may_be_under_repair(server, reply, words):
    first = poll(server, page(1))

    with pytest.raises(Unavailable, match=words):
        poll(server, reply, first.cursor)


@pytest.mark.parametrize("body", [b"", b" \n", b"<rss version='2.0'><chan", b'{"a'])
def test_empty_or_broken_off_is_unavailable(server, body):
    with pytest.raises(Unavailable):
        poll(server, Reply(body, length=False))


def test_feed_without_entries_is_a_feed(server):
    assert poll(server, rss([])).posts == []


def test_busy_server_is_asked_again_when_it_says(server):
    with pytest.raises(Unavailable) as caught:
        poll(server, Reply(status=503, headers={"Retry-After": "60"}))

    assert caught.value.retry_after == timedelta(seconds=60)


def test_feed_in_our_own_network_is_refused_unless_allowed(server):
    server.on(PATH, Reply(page(1)))
    source = RssSource(type="rss", name="x", url=server.url(PATH))

    with pytest.raises(Refused, match="allow_private"):
        source.connect((), Context()).poll(None)

    assert server.requests == []


def test_too_long_a_feed_is_refused(server):
    with pytest.raises(Refused, match="max_bytes"):
        poll(server, rss([Item("1", "a" * 5000)]), max_bytes=2000)


# Settings and secrets


@pytest.mark.parametrize(
    "url", ["", "news.example/feed", "file:///etc/passwd", "https://", "http://[x"]
)
def test_address_must_be_of_the_web(url):
    with pytest.raises(ValidationError, match=r"starts with https://|Invalid"):
        RssSource(type="rss", name="x", url=url)


def test_address_is_shown_nowhere(server, caplog):
    caplog.set_level(logging.DEBUG)
    path = "/feeds/c4pability/1"
    server.on(path, Reply(b"Cannot GET /feeds/c4pability/1?k=s3cret-key", 400))
    feed = connector(server, f"{path}?k=s3cret-key")

    with pytest.raises(Refused) as caught:
        feed.poll(None)

    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    source = RssSource(type="rss", name="x", url=server.url(path))
    for secret in ("c4pability", "s3cret-key"):
        assert secret not in f"{shown} {feed!r} {source!r}"


def test_address_is_in_no_post_and_no_cursor(server):
    path = "/feeds/c4pability.xml"
    server.on(path, Reply(rss(["<item><guid>5</guid><title>t</title></item>"])))

    batch = connector(server, f"{path}?k=s3cret-key").poll(None)

    assert "c4pability" not in repr(batch)
    assert "s3cret" not in repr(batch)


def test_posts_take_the_platform_of_their_source(server):
    post = only(poll(server, page(1), platform="trustpilot"))

    assert (post.platform, post.kind) == ("trustpilot", Kind.ARTICLE)


def test_validate_says_what_was_found(server):
    server.on(PATH, Reply(page(3, 1)))

    assert connector(server).validate() == '"Acme News", 2 entries, newest 2026-11-03'


def test_validate_says_that_the_feed_has_moved(server):
    server.on(PATH, Reply(status=301, headers={"Location": "/new.xml"}))
    server.on("/new.xml", Reply(page(1)))

    found = connector(server).validate()

    assert found.endswith("it has moved for good to 127.0.0.1, change `url`")
