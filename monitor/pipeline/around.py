"""What we already know around the posts of a batch: copies, spam, their authors."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.pipeline.sorting import Pair
from monitor.rules.decide import Known
from monitor.rules.text import text_hash
from monitor.store import Mentions, Own, Store

COPY_WINDOW = timedelta(days=1)


def look_around(
    pairs: Sequence[Pair],
    store: Store,
    now: datetime,
    repeat_within: timedelta,
    history: datetime | None,
    own: Sequence[Own],
) -> list[Known]:
    """Return, per pair, what stands before it: in the store, and in the batch itself.

    A known post finds itself in the store, so it counts one less. `own` are the
    brand's answers in the batch.
    """
    mentions = store.mentions
    hashes = [text_hash(pair.post.text) if pair.post.text else "" for pair in pairs]
    wanted = {one for one in hashes if one}
    copies = Counter(mentions.copies(wanted, now - COPY_WINDOW))
    spam = mentions.spam(wanted)
    authors = _authors(pairs, mentions, now - repeat_within)
    answers = dict(store.own_replies.of({pair.post_key for pair in pairs}))
    answers |= {one.post_key: one.answer.reply for one in own}
    counted: set[tuple[str, str]] = set()
    found = []
    for pair, text in zip(pairs, hashes, strict=True):
        itself = 0 if pair.row is None else 1
        who = (pair.post.platform, pair.post.author.handle, pair.match.brand.name)
        found.append(
            Known(
                copies=max(copies[text] - itself, 0),
                spam_of=spam.get(text),
                earlier=max(authors[who] - itself, 0),
                history=history,
                noticed=answers.get(pair.post_key),
            )
        )
        if pair.row is None:
            authors[who] += bool(pair.post.author.handle)
            copies[text] += bool(text) and pair.post_key not in counted
            counted.add(pair.post_key)
    return found


def _authors(
    pairs: Sequence[Pair], mentions: Mentions, since: datetime
) -> Counter[tuple[str, str, str]]:
    handles: dict[str, set[str]] = {}
    for pair in pairs:
        if handle := pair.post.author.handle:
            handles.setdefault(pair.post.platform, set()).add(handle)
    found: Counter[tuple[str, str, str]] = Counter()
    for platform, some in handles.items():
        counts = mentions.authors(platform, some, since)
        found.update({(platform, *who): n for who, n in counts.items()})
    return found
