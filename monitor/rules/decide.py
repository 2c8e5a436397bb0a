"""What becomes of a match: its status, its priority, its deadline, and why.

The default answer is "yes, it needs a reply". Only what `ENDS` lists is closed
without a person, and always with a reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors import OwnerReply, Post
from monitor.config import Brand, Config, Priority
from monitor.models import Reason, Status
from monitor.rules.answer import answers, words
from monitor.rules.deadline import due_at
from monitor.rules.match import BrandMatch
from monitor.rules.names import bare
from monitor.rules.prioritise import Feeling, prioritise
from monitor.rules.text import has_link
from monitor.rules.toward import prefers_another
from sentiment import Sentiment

NO_LANGUAGE = frozenset({"und", "zxx", "mul", "mis", "art"})
OLD_TAGS: Mapping[str, str] = {"in": "id", "iw": "he", "ji": "yi"}


@dataclass(frozen=True, slots=True)
class Known:
    """What we already know around a post when it comes in.

    `copies` counts earlier posts of the same text within a day; `spam_of` is the
    mention of the same text that a person dismissed as spam; `earlier` counts the
    author's earlier mentions of the brand; posts from before `history` are only
    counted. `noticed` is the brand's answer that came before the post did.
    """

    copies: int = 0
    spam_of: int | None = None
    earlier: int = 0
    history: datetime | None = None
    noticed: OwnerReply | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match with all that a decision about it may use. `sentiment` is that toward
    the brand."""

    post: Post
    match: BrandMatch
    sentiment: Sentiment
    known: Known
    config: Config

    @property
    def brand(self) -> Brand:
        return self.match.brand

    @property
    def answer(self) -> OwnerReply | None:
        """What the brand answered on the platform, as far as anybody told us."""
        return self.post.owner_reply or self.known.noticed

    @property
    def language(self) -> str | None:
        """The platform's own word first, then what the text looks like."""
        return known_language(self.post.lang) or self.sentiment.language


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a mention starts: open with a deadline, or ended with a reason."""

    status: Status
    reason: Reason
    note: str
    priority: Priority
    why: tuple[str, ...]
    due_at: datetime | None


def decide(one: Candidate, now: datetime) -> Decision:
    """Decide a mention. `now` is when we saw it so: the deadline's start."""
    other = prefers_another(one.sentiment, one.post, one.match)
    feeling = Feeling(one.post, one.sentiment, one.match.urgent, other)
    priority, why = prioritise(feeling, one.known.earlier, one.config.priorities)
    for reason, end in ENDS.items():
        if note := end(one):
            return Decision(Status.NOT_OURS, reason, note, priority, why, None)
    if note := answered_natively(one):
        native = Reason.REPLIED_NATIVELY
        return Decision(Status.ANSWERED, native, note, priority, why, None)
    due = due_at(now, priority, one.config.deadlines, one.brand)
    return Decision(Status.OPEN, Reason.NEEDS_REPLY, "", priority, why, due)


def known_language(tag: str | None) -> str | None:
    """Return a platform's language tag as everybody else writes it.

    Codes for "cannot tell", "no words" and "of our own" (X: und, zxx, qme, art)
    name no language; in, iw and ji are what id, he and yi were before 1989.
    """
    first, _, rest = (tag or "").replace("_", "-").partition("-")
    first = first.casefold()
    if not first or first in NO_LANGUAGE or "qaa" <= first <= "qtz":
        return None
    first = OLD_TAGS.get(first, first)
    return f"{first}-{rest}" if rest else first


def answered_natively(one: Candidate) -> str | None:
    """Return who answered on the platform, in words; None: nobody, or the author
    changed the post after that answer."""
    if one.answer is None or not answers(one.answer, one.post.edited_at):
        return None
    return words(one.answer, one.post.platform)


def is_own(post: Post, brand: Brand) -> bool:
    """Say whether the brand's own account wrote it."""
    return _named(post, brand.handles)


def _own_post(one: Candidate) -> str | None:
    if is_own(one.post, one.brand):
        return f"written by our own account {one.post.author.handle}"
    return None


def _watch_only(one: Candidate) -> str | None:
    if one.brand.reply:
        return None
    return f"{one.brand.name} is only watched (reply: false)"


def _repost(one: Candidate) -> str | None:
    return "a repost of somebody else's words" if one.post.is_repost else None


def _excluded(one: Candidate) -> str | None:
    hits = one.match.excluded
    return f'excluded by "{hits[0].keyword}"' if hits else None


def _blocked_author(one: Candidate) -> str | None:
    if _named(one.post, one.config.spam.blocked_authors):
        return "its author is blocked"
    return None


def _spam_copy(one: Candidate) -> str | None:
    if one.known.spam_of is not None:
        return f"same text as mention {one.known.spam_of}, which is spam"
    limit, number = one.config.spam.copies, one.known.copies + 1
    if limit and number >= limit and has_link(one.post.text):
        return f"copy {number} of one text with a link"
    return None


def _other_language(one: Candidate) -> str | None:
    ours, theirs = one.brand.languages, one.language
    if not ours or not theirs or any(_is_language(theirs, tag) for tag in ours):
        return None
    return f"written in {theirs}; we answer in {', '.join(ours)}"


def _history(one: Candidate) -> str | None:
    start = one.known.history
    if start is None or one.post.posted_at >= start:
        return None
    return f"posted before {start:%Y-%m-%d}, where this source begins"


ENDS: Mapping[Reason, Callable[[Candidate], str | None]] = {
    Reason.OWN_POST: _own_post,
    Reason.WATCH_ONLY: _watch_only,
    Reason.REPOST: _repost,
    Reason.EXCLUDED: _excluded,
    Reason.BLOCKED_AUTHOR: _blocked_author,
    Reason.SPAM_COPY: _spam_copy,
    Reason.OTHER_LANGUAGE: _other_language,
    Reason.HISTORY: _history,
}
"""What needs no reply, first that applies. Each returns its note in words, or None."""


def _named(post: Post, handles: Mapping[str, tuple[str, ...]]) -> bool:
    names = (post.author.handle, post.author.id)
    theirs = {bare(name).casefold() for name in names if name}
    ours = handles.get(post.platform, ())
    return any(bare(name).casefold() in theirs for name in ours)


def _is_language(theirs: str, ours: str) -> bool:
    """Say whether two tags may mean the same: pt may be pt-BR, pt-PT is not."""
    long, short = sorted((theirs.casefold(), ours.casefold()), key=len, reverse=True)
    return long == short or long.startswith(short + "-")
