"""Matching: posts per CPU-second on one core, against one regex per keyword.

    python -m benchmarks.match [--posts posts.jsonl]

Texts are generated, and read from a JSONL file with a "text" key where one is given
or found. Both ways run in turns in the same process; the best round of each counts.
The regex knows nothing of accents, plurals or links. What is found costs more than
what is not, so hits/post stands beside each figure; the last table has common words
among its keywords, as no list of brands has, to show the worst.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.config.model import Brand
from monitor.rules.match import Matcher

FOUND_HERE = Path("../shared/data/posts/tweets.jsonl")
POSTS = 20_000
ROUNDS = 5
SEARCHES = 400_000
"""How many regex searches a round may cost: it reads fewer posts for more keywords."""

SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te"]
SIGNS = ("", "", "", "", "", "", "the ", "my new ", "#", "@")
SPICE = ("😡", "👍🏽", "…", "“so”", "très", "Łódź", "最高です", "спасибо", "I’m")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=Path, default=FOUND_HERE)
    path = parser.parse_args().posts
    lots = random.Random(7)
    everyday, invented = words(lots, 3_000, 2), words(lots, 12_000, 4)
    keywords = [lots.choice(SIGNS) + name for name in invented]
    report("generated", keywords, posts(lots, everyday, keywords))
    if path.exists():
        texts = [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
        names, common = names_in(texts)
        for label, some in (("names", names), ("names and common words", common)):
            lots.shuffle(some)
            report(f"{path.name}, {label}", some, texts[:POSTS])
    else:
        print(f"{path}: not there, skipped")


def words(lots: random.Random, count: int, shortest: int) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < count:
        length = lots.randint(shortest, shortest + 2)
        made["".join(lots.choices(SYLLABLES, k=length))] = None
    return list(made)


def posts(
    lots: random.Random, common: Sequence[str], keywords: Sequence[str]
) -> list[str]:
    """Short posts: 12 to 24 common words, and a keyword in every third."""
    weights = [1 / rank for rank in range(1, len(common) + 1)]
    made = []
    for _ in range(POSTS):
        post = lots.choices(common, weights, k=lots.randint(12, 24))
        if lots.random() < 0.33:
            post.insert(lots.randrange(12), lots.choice(keywords).title())
        if lots.random() < 0.1:
            post.append(lots.choice(SPICE))
        if lots.random() < 0.3:
            post.append(f"https://t.example/{lots.randrange(10**9)}")
        made.append(" ".join(post))
    return made


def names_in(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Handles, hashtags and capitalised words and pairs; without, and with, those
    that are common words too."""
    pattern = re.compile(r"[@#]\w{3,}|[A-Z]\w{3,}(?: [A-Z]\w{3,})?")
    common = {word for text in texts for word in re.findall(r"\b[a-z]+", text)}
    found = {name.lower() for text in texts for name in pattern.findall(text)}
    return sorted(found - common), sorted(found)


def report(source: str, keywords: Sequence[str], texts: Sequence[str]) -> None:
    print(f"{source}: {len(texts):,} posts")
    print("keywords  build ms  hits/post   posts/CPU-s   regex posts/CPU-s   ratio")
    for count in (100, 1_000, 10_000):
        some = keywords[:count]
        brands = [
            Brand(name=f"brand {i}", keywords=tuple(some[i::20])) for i in range(20)
        ]
        started = time.process_time()
        matcher = Matcher(brands)
        build = time.process_time() - started
        few = texts[: max(1, SEARCHES // count)]
        ours, theirs = best(matcher, [regex(keyword) for keyword in some], texts, few)
        hits = sum(len(m.hits) for text in texts for m in matcher.match(text))
        print(
            f"{count:8,}{build * 1000:10.1f}{hits / len(texts):11.2f}"
            f"{ours:14,.0f}{theirs:20,.0f}{ours / theirs:8,.0f}"
        )


def regex(keyword: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(keyword)}(?!\w)", re.IGNORECASE)


def best(
    matcher: Matcher,
    patterns: Sequence[re.Pattern[str]],
    texts: Sequence[str],
    few: Sequence[str],
) -> tuple[float, float]:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: [matcher.match(text) for text in texts]))
        theirs.append(seconds(lambda: [[p.search(t) for p in patterns] for t in few]))
    return len(texts) / min(ours), len(few) / min(theirs)


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
