"""Posts whose end is known from how they were made, not from the code under test."""

from dataclasses import dataclass

EVERY = 100


@dataclass(frozen=True)
class Expected:
    """What must be stored and said of a run of posts."""

    mentions: set[tuple[str, str]]
    alerts: set[tuple[str, str]]
    unmatched: set[str]


def make(number: int) -> dict:
    return {"id": str(number), "text": _text(number), "author": f"ann{number % 97}"}


def expected(count: int) -> Expected:
    mentions, alerts, unmatched = set(), set(), set()
    for number in range(count):
        brands = _brands(number)
        mentions |= {(str(number), brand) for brand in brands}
        if number % EVERY not in (2, 3):
            alerts |= {(str(number), brand) for brand in brands}
        if not brands:
            unmatched.add(str(number))
    return Expected(mentions, alerts, unmatched)


def _text(number: int) -> str:
    words = {
        0: "acme is bad",
        1: "bolt is good",
        2: "rival is bad",
        3: "acme jobs",
        4: "acme and bolt are bad",
        5: "ACMÉ? good",
    }
    return f"{words.get(number % EVERY, 'nobody is named')}, order {number}"


def _brands(number: int) -> tuple[str, ...]:
    named = {
        0: ("Acme",), 1: ("Bolt",), 2: ("Rival",), 3: ("Acme",),
        4: ("Acme", "Bolt"), 5: ("Acme",),
    }  # fmt: skip
    return named.get(number % EVERY, ())
