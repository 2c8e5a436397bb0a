"""The boolean query: "acme phone" AND (broken OR slow) NOT jobs.

AND binds tighter than OR, and joins terms that stand side by side. NOT and a minus
right before a term are the same. Operators are in capitals; to look for such a
word itself, quote it. Terms are written as keywords are (`term.py`). The grammar stands
in `grammar.py`.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import TypeAlias

_TYPED = str.maketrans("“”„«»–—−‐‑\r\n", '"' * 5 + "-" * 5 + "  ")
"""What word processors make of quotes and minus, and the lines of a long query;
one for one, to keep columns."""

_NEGATION = re.compile(r"(?<![^\s(])(?:-|NOT\b)")


class QueryError(ValueError):
    """A query cannot be read. The sentence names the column and the remedy."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple["Node", ...]


Node: TypeAlias = Word | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A query that reads well. Make it with `parse_query`."""

    source: str
    root: Node

    @property
    def words(self) -> tuple[str, ...]:
        """Everything it speaks of, as written, without quotes."""
        return tuple(dict.fromkeys(node.text for node in _words(self.root)))

    def hits(self, found: Set[str]) -> frozenset[str] | None:
        """Return the words that made it true where `found` stand; None if false."""
        return _hits(self.root, found)

    def why_not(self, found: Set[str]) -> str:
        """Say in words what makes it false, as: no "phone", has "jobs"."""
        return ", ".join(dict.fromkeys(_faults(self.root, found, wanted=True)))


def _words(node: Node) -> Iterator[Word]:
    match node:
        case Word():
            yield node
        case Not(inner):
            yield from _words(inner)
        case And(nodes) | Or(nodes):
            for each in nodes:
                yield from _words(each)


def _hits(node: Node, found: Set[str]) -> frozenset[str] | None:
    match node:
        case Word(text):
            return frozenset({text}) if text in found else None
        case Not(inner):
            return frozenset() if _hits(inner, found) is None else None
        case And(nodes):
            needed = [_hits(each, found) for each in nodes]
            true = [hits for hits in needed if hits is not None]
            return frozenset().union(*true) if len(true) == len(needed) else None
        case Or(nodes):
            true = [h for each in nodes if (h := _hits(each, found)) is not None]
            return frozenset().union(*true) if true else None


def _faults(node: Node, found: Set[str], *, wanted: bool) -> Iterator[str]:
    """What stands in the way of `node` being true (or false, where not wanted)."""
    if (_hits(node, found) is not None) is wanted:
        return
    match node:
        case Word(text):
            yield f'no "{text}"' if wanted else f'has "{text}"'
        case Not(inner):
            yield from _faults(inner, found, wanted=not wanted)
        case And(nodes) | Or(nodes):
            for each in nodes:
                yield from _faults(each, found, wanted=wanted)


def parse_query(text: str) -> Query:
    """Read a boolean query.

    Raises:
        QueryError: it cannot be read, or would be true of a post in which none of
            its words stands, and so bring in everything.
    """
    # lark is slow to import, and many a configuration has no query.
    from monitor.rules.grammar import read

    source = text.translate(_TYPED)
    query = Query(text, read(source))
    if query.hits(frozenset()) is not None:
        negation = _NEGATION.search(source)
        raise QueryError(
            negation.start() + 1 if negation else 1,
            "without a word that must stand there, this matches every other post; "
            "add one, as: acme NOT jobs",
        )
    return query
