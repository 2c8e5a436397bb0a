"""What must hold at the end of the day."""

from collections import Counter
from datetime import timedelta

from monitor.models import Reason, ReplyState, Status
from monitor.store import Filter
from monitor.store.retention import ERASED
from tests.faults.day.day import SMALL_BUDGET

CLOSE = timedelta(seconds=2)
"""Platforms tell times in whole seconds."""


def something_happened(day):
    """A test that found nothing to do proves nothing."""
    posts = [post for town in day.towns for post in town.written.values()]
    assert len(posts) > 150
    assert sum(post.edited_at is not None for post in posts) > 10
    assert sum(post.deleted_at is not None for post in posts) > 10
    assert sum(bool(post.natives) for post in posts) > 10
    assert len(day.submitted) > 30
    assert day.lives > 15
    assert day.kills > 3
    shown = sum((chaos.shown for chaos in day.chaos.values()), Counter())
    assert all(count > 10 for count in shown.values()), shown


def every_post_is_accounted_for(day):
    """As a mention, or set by because it names nobody; unless it was gone by then."""
    mentions, unmatched = _mentions(day), _unmatched(day)
    lost = [
        (town.name, post)
        for town in day.towns
        for post in town.written.values()
        if (town.name, post.id) not in mentions
        and (town.name, post.id) not in unmatched
        and not post.deleted_at
        and not _is_out_of_reach(town, post)
    ]
    assert lost == []


def _is_out_of_reach(town, post):
    """X and Reddit are searched for the brand's names: what has none is not shown,
    unless it names the account (X), or is a comment (Reddit)."""
    if "acme" in post.texts[-1]:
        return False
    if town.platform == "x":
        return not town.fake.tweets[post.id].mentions
    return town.platform == "reddit" and post.id.startswith("t3_")


def every_edit_was_seen(day):
    """The latest words stand in the mention, and none of the older ones."""
    missed = [
        (town.name, post, mention.text)
        for town, post, mention in _kept(day)
        if not (post.deleted_at or mention.erased_at)
        if post.texts[-1] not in mention.text
        or any(old in mention.text for old in town.changeable(post)[:-1])
    ]
    assert missed == []


def every_deletion_was_seen(day):
    """Within the recheck policy: a day for what is closed, sooner for what is open."""
    missed = [
        (town.name, post, mention.status, mention.text)
        for town, post, mention in _kept(day)
        if post.deleted_at and town.looks_again
        if (mention.status, mention.text, mention.author)
        != (Status.GONE, ERASED, ERASED)
    ]
    assert missed == []


def every_native_answer_was_noticed(day):
    """The last answer is kept; where nothing changed since, it closed the mention."""
    for town, post, mention in _kept(day):
        if not post.natives or mention.status is Status.GONE or post.deleted_at:
            continue
        text, at = post.natives[-1]
        kept = mention.owner_reply
        assert kept is not None, (town.name, post, mention)
        if not post.replied:
            assert text in kept["text"], (town.name, post, mention)
        if mention.status is Status.OPEN:
            assert _may_be_open_again(town, post, at), (town.name, post, mention)
        if mention.reason == Reason.REPLIED_NATIVELY:
            answers = [when for _, when in post.natives]
            assert mention.answered_by == town.who, (town.name, mention)
            assert any(abs(mention.answered_at - one) < CLOSE for one in answers)


def _may_be_open_again(town, post, answered_at):
    """An edit for the worse opens it again, and so may one whose time nobody tells."""
    if post.edited_at is None:
        return False
    return post.edited_at > answered_at or not town.tells_edits


def every_reply_stands_once_or_was_refused(day):
    for reply_id, post_id, source, text in day.submitted:
        row = day.store.replies.get(reply_id)
        town = next(town for town in day.towns if town.name == source)
        post = town.written[post_id]
        there = _standing(town, post, text)
        assert there <= 1, f"{source} {post_id}: said {there} times"
        assert row.state in (ReplyState.SENT, ReplyState.REFUSED), row
        if row.state == ReplyState.REFUSED:
            assert row.error
            assert not there or post.deleted_at, row
        elif not post.deleted_at and not _is_replaced(day, town, post, row):
            assert there == 1, (source, post, row)


def _is_replaced(day, town, post, row):
    """Where one answer takes the place of another, the last one stands."""
    later = [
        one
        for one in day.store.replies.of(row.mention_id)
        if one.id > row.id and one.state == ReplyState.SENT
    ]
    return town.overwrites and bool(post.natives or later)


def _standing(town, post, text):
    if post.deleted_at and town.overwrites:
        return 0
    return sum(text in said for said in town.replies(post))


def every_open_mention_was_told_once(day):
    told = Counter(key for _, key, _ in day.channel.messages)
    assert [key for key, count in told.items() if count > 1] == []
    ever_open = set()
    for mention in day.store.mentions.each(Filter()):
        events = day.store.mentions.events(mention.id)
        if any(event.new == Status.OPEN for event in events):
            ever_open.add(f"alert:{mention.id}")
        if mention.status is Status.OPEN:
            assert f"alert:{mention.id}" in told
    alerts = {key for kind, key, _ in day.channel.messages if kind == "alert"}
    assert alerts <= ever_open
    assert set(day.store.outbox.counts()) <= {"sent", "dropped"}


def small_budget_was_kept_and_told(day):
    """What is spent beyond it went into replies, which never wait for money."""
    assert max(day.spent) <= SMALL_BUDGET + _paid_for_replies(day)
    notices = [what for kind, _, what in day.channel.messages if kind == "notice"]
    assert sum("of the $0.60 budget" in told for told in notices) == 1
    assert any("x-small" in told and "budget" in told and "is spent" in told
               for told in notices)  # fmt: skip


def _paid_for_replies(day):
    """Writing a reply, and looking whether one stands there: their prices, at most."""
    mine = [one for one in day.submitted if one[2] == day.small.name]
    return sum(day.store.replies.get(one[0]).attempts for one in mine) * 0.1


def nothing_private_was_said(day, journal):
    secrets = [secret for town in day.towns for secret in town.secrets]
    notices = [what for kind, _, what in day.channel.messages if kind == "notice"]
    for line in [*journal.lines, *notices]:
        assert "strange" not in line
        assert not any(secret in line for secret in secrets)


def _kept(day):
    mentions = _mentions(day)
    for town in day.towns:
        for post in town.written.values():
            if mention := mentions.get((town.name, post.id)):
                yield town, post, mention


def _mentions(day):
    found = day.store.mentions.each(Filter())
    return {(one.source, one.post_id): one for one in found}


def _unmatched(day):
    return {(one.source, one.post_id) for one in day.store.mentions.unmatched()}
