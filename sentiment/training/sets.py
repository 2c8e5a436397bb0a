"""The text sets: which teach, which choose, which only report.

A set is a file of `label<TAB>text` lines; label 0 is negative, 1 neutral,
2 positive. Names are relative to the folder given as --data.
"""

import hashlib
import random
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from sentiment import TextKind
from sentiment.text import clean

# Only sets whose licence lets the weights be shared: CC BY 3.0 (SemEval) and
# CC BY 4.0 (GoEmotions). UMSAB is left out: its English part is in the TweetEval
# test set for the most, its authors give no licence for the other languages.
TRAIN = {
    "semeval": "train/semeval_train.tsv",
    "goemotions": "train/goemo_train.tsv",
}
# Raters of tweets and of comments drew the line to "neutral" at different places,
# so each kind has a head of its own on the one encoder.
HEADS = (TextKind.POST, TextKind.COMMENT)
TAUGHT_KINDS: Mapping[str, TextKind] = {
    "semeval": TextKind.POST,
    "goemotions": TextKind.COMMENT,
}
# What is chosen, is chosen on these, kind by kind. Nothing is taught from the reviews
# among them, whose licences do not let the weights be shared.
CHOOSE_BY_KIND: Mapping[TextKind, Mapping[str, str]] = {
    TextKind.POST: {"tweeteval_val": "score/tweeteval_val.tsv"},
    TextKind.COMMENT: {"goemotions_dev": "score/goemo_dev.tsv"},
    TextKind.REVIEW: {
        "sst3_dev": "score/sst3_dev.tsv",
        "restaurant_held_out": "train/restaurant_train.tsv",
    },
}
CHOOSE = {name: file for sets in CHOOSE_BY_KIND.values() for name, file in sets.items()}
REPORT = {
    "tweeteval_test": "score/tweeteval_test.tsv",
    "goemotions_test": "score/goemo_test.tsv",
    "sst3_test": "score/sst3_test.tsv",
    "restaurant_test": "score/restaurant_test.tsv",
} | {
    f"umsab_{language}_test": f"score/umsab_{language}_test.tsv"
    for language in (
        "english", "french", "german", "italian", "portuguese", "spanish"
    )
}  # fmt: skip

_CHOOSE_LIKE_TAUGHT = [file for kind in HEADS for file in CHOOSE_BY_KIND[kind].values()]
_NOT_LETTERS = re.compile(r"[\W_]+")
# Tweets of 2013 hold emoticons where people write emoji today.
_EMOTICONS = {
    ":)": "🙂😊😀", ":-)": "🙂😊", "=)": "😊🙂", ":D": "😄😁😀", ":-D": "😄😁",
    "xD": "😆😂", "XD": "😆😂", ";)": "😉", ";-)": "😉", ":P": "😋😜", "<3": "❤💕💙",
    ":(": "🙁😞😢😔", ":-(": "🙁😞", "=(": "😞🙁", ":'(": "😢😭", ":/": "😕😒",
    ":-/": "😕😒", ":|": "😐", "D:": "😱😫", "-_-": "😑😒🙄", "lol": "😂🤣", "LOL": "😂🤣",
    "lmao": "😂🤣",
}  # fmt: skip
_EMOTICON = re.compile(
    r"(?<!\w)(" + "|".join(map(re.escape, _EMOTICONS)) + r")(?![\w/])"
)


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text; without a kind it may teach any head.

    `soft` are a teacher's probabilities of negative, neutral and positive.
    """

    label: int
    text: str
    kind: TextKind | None = None
    soft: tuple[float, float, float] | None = None


def read(path: Path, kind: TextKind | None = None) -> list[Example]:
    lines = path.read_text("utf-8").split("\n")
    pairs = (line.split("\t", 1) for line in lines if "\t" in line)
    return [Example(int(label), text, kind) for label, text in pairs]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fingerprint(text: str) -> str:
    """The letters and digits of a cleaned text: what two copies have in common."""
    words = clean(text).replace("@user", " ").replace("http", " ").casefold()
    return _NOT_LETTERS.sub("", words)


@dataclass(frozen=True, slots=True)
class Training:
    """What teaches, and how many lines of each set were left out and why."""

    examples: Sequence[Example]
    dropped: dict[str, dict[str, int]]


def training_examples(data: Path) -> Training:
    """All TRAIN sets, without copies of what chooses or reports, nor of each other.

    The reviews that choose are of another kind: they share three lines of a word or
    two with these sets, which stay.
    """
    held_out = {
        fingerprint(one.text)
        for name in (*_CHOOSE_LIKE_TAUGHT, *REPORT.values())
        for one in read(data / name)
    }
    seen: set[str] = set()
    kept: list[Example] = []
    dropped: dict[str, dict[str, int]] = {}
    for name, file in TRAIN.items():
        counts = {"kept": 0, "in a validation or test set": 0, "copy": 0}
        for one in read(data / file, TAUGHT_KINDS[name]):
            mark = fingerprint(one.text)
            fate = _fate(mark, held_out, seen)
            counts[fate] += 1
            if fate == "kept":
                seen.add(mark)
                kept.append(one)
        dropped[name] = counts
    return Training(kept, dropped)


def _fate(mark: str, held_out: Set[str], seen: Set[str]) -> str:
    if mark in held_out:
        return "in a validation or test set"
    return "copy" if mark in seen else "kept"


def with_emoji(text: str, dice: random.Random) -> str:
    """`text` with some of its emoticons as emoji, so that both are learnt."""

    def swap(found: re.Match[str]) -> str:
        if dice.random() < 0.5:
            return found.group()
        return dice.choice(_EMOTICONS[found.group()])

    return _EMOTICON.sub(swap, text)
