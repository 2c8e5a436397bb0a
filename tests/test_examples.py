"""The shipped sample: what it holds, and what becomes of it under config.yaml.

How a text feels is the model's to say; here each one feels neutral.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from connectors import Batch, Context, FileSource, Kind, Post
from monitor.config import Config, Priority, load
from monitor.models import Reason, Status
from monitor.rules.decide import Candidate, Decision, Known, decide
from monitor.rules.match import Matcher
from monitor.rules.text import asks, has_link, text_hash
from sentiment import Label, Sentiment

REPOSITORY = Path(__file__).parents[1]
EXAMPLES = REPOSITORY / "examples"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEUTRAL = Sentiment(Label.NEUTRAL, 0.2, 0.6, 0.2, model="neutral stub")
OURS = ("Northwind Coffee", "Fjordline Air")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one post for one brand it names."""

    post: Post
    brand: str
    decision: Decision

    @property
    def is_open(self) -> bool:
        return self.decision.status is Status.OPEN


@dataclass(frozen=True, slots=True)
class Sample:
    """All sources of the shipped config, read and decided; by file name."""

    config: Config
    batches: Mapping[str, Batch]
    fates: Mapping[str, list[Fate]]

    @property
    def posts(self) -> list[Post]:
        """Each post once."""
        rows = [post for batch in self.batches.values() for post in batch.posts]
        return list({(post.platform, post.id): post for post in rows}.values())

    def named(self, *reasons: Reason) -> list[Fate]:
        fates = [fate for some in self.fates.values() for fate in some]
        return [one for one in fates if not reasons or one.decision.reason in reasons]

    @property
    def unmatched(self) -> list[Post]:
        named = {(one.post.platform, one.post.id) for one in self.named()}
        return [post for post in self.posts if (post.platform, post.id) not in named]


@pytest.fixture(scope="module")
def sample() -> Sample:
    config = load(REPOSITORY / "config.yaml", {}).config
    batches, fates = {}, {}
    for source in config.sources:
        assert isinstance(source, FileSource)
        # A fresh checkout has not rested yet.
        at_once = source.model_copy(update={"settle": timedelta(0)})
        batch = at_once.connect([], Context()).poll(None)
        batches[Path(source.path).name] = batch
        posts = list({post.id: post for post in batch.posts}.values())
        fates[Path(source.path).name] = list(_decided(posts, source.brands, config))
    return Sample(config, batches, fates)


def _decided(
    posts: list[Post], brands: tuple[str, ...], config: Config
) -> Iterator[Fate]:
    matcher = Matcher(config.brands, config.priorities.urgent)
    copies: Counter[str] = Counter()
    for post in posts:
        matches = matcher.match(post.text, brands=brands)
        known = Known(copies=copies[text_hash(post.text)])
        for match in matches:
            one = Candidate(post, match, NEUTRAL, known, config)
            yield Fate(post, match.brand.name, decide(one, NOW))
        copies[text_hash(post.text)] += bool(matches)


def _readme_table() -> dict[str, dict[str, int]]:
    """The counts that README.md promises: file -> column -> count."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    head, _, *rows = [
        [cell.strip(" `*") for cell in line.strip("|").split("|")] for line in lines
    ]
    return {row[0]: dict(zip(head[1:], map(int, row[1:]), strict=True)) for row in rows}


def test_readme_says_what_becomes_of_each_file(sample: Sample) -> None:
    reasons = [reason.value for reason in Reason]

    promised = _readme_table()

    total = promised.pop("all")
    assert promised.keys() == sample.batches.keys()
    for name, counts in promised.items():
        batch, fates = sample.batches[name], sample.fates[name]
        posts = {post.id for post in batch.posts}
        named = {fate.post.id for fate in fates}
        ends = Counter(fate.decision.reason.value for fate in fates)
        assert counts == {
            "rows": len(batch.posts) + len(batch.set_aside),
            "set aside": len(batch.set_aside),
            "posts": len(posts),
            "no brand": len(posts - named),
            "mentions": len(fates),
            **{column: ends[column] for column in counts if column in reasons},
        }
        assert counts["mentions"] == sum(ends[column] for column in counts)
    assert total == dict(sum(map(Counter, promised.values()), Counter()))


def test_sample_is_large_and_wide_enough_for_a_demo(sample: Sample) -> None:
    posts = sample.posts

    assert len(posts) >= 75
    assert {p.platform for p in posts} == {"x", "reddit", "app_store", "news"}
    assert {p.kind for p in posts} == set(Kind)
    assert {p.lang for p in posts} >= {"en", "de", "nl", "fr", "es", "no", "ja"}
    assert {fate.brand for fate in sample.named()} == {*OURS, "Brewtopia"}


def test_every_post_was_written_in_the_week_before_the_demo(sample: Sample) -> None:
    days = {post.posted_at.date().isoformat() for post in sample.posts}

    assert min(days) == "2026-11-16"
    assert max(days) == "2026-11-21"


def test_ids_are_unique_but_for_the_one_post_that_stands_twice(sample: Sample) -> None:
    rows = [post for batch in sample.batches.values() for post in batch.posts]

    twice = [
        key for key, n in Counter((p.platform, p.id) for p in rows).items() if n > 1
    ]

    assert len(twice) == 1
    first, again = [post for post in rows if (post.platform, post.id) == twice[0]]
    assert first == again


def test_the_row_with_an_unreadable_date_is_set_aside(sample: Sample) -> None:
    batch = sample.batches["reviews.csv"]

    (fault,) = batch.set_aside

    assert fault.where.startswith("reviews.csv:")
    assert "posted_at" in fault.reason
    assert not any(
        other.set_aside for other in sample.batches.values() if other != batch
    )


def test_links_lead_nowhere_real(sample: Sample) -> None:
    platforms = {"x.com", "www.reddit.com"}

    texts = [f"{post.url} {post.text}" for post in sample.posts]
    hosts = {host for text in texts for host in re.findall(r"https?://([\w.-]+)", text)}

    assert len(hosts) > len(platforms)
    assert all(host in platforms or host.endswith(".example") for host in hosts)


@pytest.mark.parametrize(
    "name", ["x.jsonl", "reddit.jsonl", "reviews.csv", "news.jsonl"]
)
def test_files_hold_no_character_that_an_editor_would_not_show(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")

    hidden = {c for c in text if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"}

    assert hidden == set()


def test_most_mentions_are_open_with_a_deadline(sample: Sample) -> None:
    waiting = sample.named(Reason.NEEDS_REPLY)

    assert len(waiting) > len(sample.named()) / 2
    assert all(fate.is_open and fate.decision.due_at for fate in waiting)


@pytest.mark.parametrize(
    ("reason", "at_least"),
    [
        (Reason.OWN_POST, 3),
        (Reason.REPOST, 2),
        (Reason.WATCH_ONLY, 5),
        (Reason.EXCLUDED, 3),
        (Reason.BLOCKED_AUTHOR, 1),
        (Reason.SPAM_COPY, 2),
        (Reason.OTHER_LANGUAGE, 3),
        (Reason.REPLIED_NATIVELY, 2),
    ],
)
def test_each_way_to_need_no_reply_is_shown(
    sample: Sample, reason: Reason, at_least: int
) -> None:
    fates = sample.named(reason)

    assert len(fates) >= at_least
    assert all(not fate.is_open and fate.decision.note for fate in fates)


def test_spam_is_put_away_from_the_third_copy_on_and_within_a_day(
    sample: Sample,
) -> None:
    copies = Counter(fate.post.author.handle for fate in sample.named(Reason.SPAM_COPY))
    hashes = {text_hash(f.post.text) for f in sample.named(Reason.SPAM_COPY)}

    (same,) = [[p for p in sample.posts if text_hash(p.text) == h] for h in hashes]

    assert len(same) == copies.total() + 2
    assert all(has_link(post.text) for post in same)
    assert same[-1].posted_at - same[0].posted_at < timedelta(days=1)
    assert len({post.text for post in same}) > 1


def test_several_posts_name_no_brand_and_some_of_them_nearly(sample: Sample) -> None:
    texts = [post.text.casefold() for post in sample.unmatched]

    assert len(texts) >= 8
    for near in ("north wind", "fjord line ferry", "fjordline ferry", "aroma. one"):
        assert any(near in text for text in texts), near


def test_a_post_may_name_both_brands_and_be_owed_two_answers(sample: Sample) -> None:
    brands: dict[tuple[str, str], set[str]] = {}
    for fate in sample.named(Reason.NEEDS_REPLY):
        key = fate.post.platform, fate.post.id
        brands.setdefault(key, set()).add(fate.brand)

    both = [key for key, named in brands.items() if named == set(OURS)]

    assert {platform for platform, _ in both} == {"x", "news"}


def test_urgent_words_make_mentions_of_both_brands_urgent(sample: Sample) -> None:
    urgent = [
        fate
        for fate in sample.named(Reason.NEEDS_REPLY)
        if fate.decision.priority is Priority.URGENT
    ]

    why = " ".join(reason for fate in urgent for reason in fate.decision.why)

    assert {fate.brand for fate in urgent} == set(OURS)
    for word in ("leaking", "burned", "stranded", "wheelchair", "smoke"):
        assert f'"{word}"' in why, word


def test_a_near_duplicate_is_somebody_elses_complaint_and_stays_open(
    sample: Sample,
) -> None:
    waiting = [
        f.post for f in sample.named(Reason.NEEDS_REPLY) if f.post.rating is None
    ]

    alike = [
        (one, other)
        for one, other in combinations(waiting, 2)
        if one.author != other.author
        and text_hash(one.text) != text_hash(other.text)
        and SequenceMatcher(None, one.text, other.text).ratio() > 0.8
    ]

    assert alike


def test_an_author_writes_twice_and_one_has_reach(sample: Sample) -> None:
    people = Counter(
        (fate.post.platform, fate.post.author.handle, fate.brand)
        for fate in sample.named(Reason.NEEDS_REPLY)
        if fate.post.platform == "x"
    )

    reach = [
        fate.post.author.handle
        for fate in sample.named(Reason.NEEDS_REPLY)
        if (fate.post.author.followers or 0) >= sample.config.priorities.reach
    ]

    assert max(people.values()) == 2
    assert "dr_p_okonjo" in reach


def test_open_posts_are_of_every_length_and_some_ask(sample: Sample) -> None:
    texts = [fate.post.text for fate in sample.named(Reason.NEEDS_REPLY)]

    words = [text for text in texts if text]
    emoji_only = [t for t in words if not re.search(r"\w", re.sub(r"@\w+", "", t))]

    assert "" in texts
    assert min(map(len, words)) < 15
    assert max(map(len, words)) > 850
    assert any("@northwindcoffee" in text for text in emoji_only)
    assert sum(map(asks, words)) >= 6


def test_reviews_have_every_star_lines_and_an_owners_answer(sample: Sample) -> None:
    reviews = sample.batches["reviews.csv"].posts

    waits = [p.owner_reply.posted_at - p.posted_at for p in reviews if p.owner_reply]

    assert {post.rating for post in reviews} == {1, 2, 3, 4, 5}
    assert sum(post.text.count("\n") >= 3 for post in reviews) >= 2
    assert len(waits) == 2
    assert min(waits) > timedelta(0)


@pytest.mark.parametrize(
    "trick",
    [
        "<!channel>", "<!here>", "@everyone", "\u202e", "\u2066", "\x1b[31m", "\x07",
        "[bold]red[/bold]", "<script>", "'); DROP TABLE", "${HOME}", "|northwindcoffee",
    ],
)  # fmt: skip
def test_one_open_post_tries_every_trick(sample: Sample, trick: str) -> None:
    (hostile,) = [
        fate.post
        for fate in sample.named()
        if fate.post.author.handle == "null_visitor_x"
    ]

    assert trick in hostile.text
    assert max(map(len, hostile.text.split())) > 200


def test_posts_of_one_file_come_oldest_first(sample: Sample) -> None:
    batches = sample.batches.values()

    times = [[post.posted_at for post in batch.posts] for batch in batches]

    assert all(a <= b for some in times for a, b in pairwise(some))
