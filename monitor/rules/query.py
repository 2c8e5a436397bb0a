"""The boolean query: "acme phone" AND (broken OR slow) NOT jobs.

AND binds tighter than OR, and joins terms that stand side by side. NOT and a minus
right before a term are the same. Operators are in capitals; to look for such a
word itself, quote it. Terms are written as keywords are (`term.py`).
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from monitor.rules.term import parse_term

_GRAMMAR = r"""
?start: either
?either: both (_OR both)*
?both: one (_AND? one)*
?one: leaf
    | NOT one -> without
    | MINUS leaf -> without
?leaf: "(" either ")"
    | WORD -> word
    | PHRASE -> phrase

_OR.2: /OR(?![^\s()"])/
_AND.2: /AND(?![^\s()"])/
NOT.2: /NOT(?![^\s()"])/
MINUS: /-(?=[^\s)-])/
PHRASE: /"[^"]*"/
WORD: /[^\s()"-][^\s()"]*/
%ignore /\s+/
"""

_TYPED = str.maketrans("“”„«»–—−‐‑\r\n", '"' * 5 + "-" * 5 + "  ")
"""What word processors make of quotes and minus, and the lines of a long query;
one for one, to keep columns."""

_DEEPEST = 50
_PHRASE = re.compile('"[^"]*"')
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
    source = text.translate(_TYPED)
    _check_brackets(source)
    try:
        # mypy: a transformer in the parser makes it return nodes, not trees
        root = cast("Node", _parser().parse(source))
    except UnexpectedInput as error:
        raise _explain(source, error) from None
    query = Query(text, root)
    if query.hits(frozenset()) is not None:
        negation = _NEGATION.search(source)
        raise QueryError(
            negation.start() + 1 if negation else 1,
            "without a word that must stand there, this matches every other post; "
            "add one, as: acme NOT jobs",
        )
    return query


def _check_brackets(source: str) -> None:
    bare = _PHRASE.sub(lambda phrase: " " * len(phrase[0]), source)
    if '"' in bare:
        raise QueryError(
            bare.index('"') + 1, 'the quote is never closed; add " after the phrase'
        )
    opened: list[int] = []
    for column, char in enumerate(bare, start=1):
        if char == "(":
            opened.append(column)
        elif char == ")" and not opened:
            raise QueryError(column, ") without (; remove it or open one before")
        elif char == ")":
            opened.pop()
        if len(opened) > _DEEPEST:
            raise QueryError(column, f"more than {_DEEPEST} ( inside one another")
    if opened:
        raise QueryError(opened[-1], "( is never closed; add ) after its terms")


def _explain(source: str, error: UnexpectedInput) -> QueryError:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return QueryError(
            _column(error.token), f"a word should stand before {error.token}"
        )
    if isinstance(error, UnexpectedCharacters):
        return QueryError(
            error.column, "- stands alone; write it right before a word: -jobs"
        )
    if not source.strip():
        return QueryError(1, "the query is empty; write a word or leave it out")
    *_, last = source.split()
    return QueryError(
        len(source.rstrip()) + 1, f"nothing follows {last}; write a word here"
    )


class _Build(Transformer[Token, Node]):
    """Grammar rule to node, called while parsing: no recursion to overflow."""

    def word(self, parts: list[Token]) -> Node:
        text, column = str(parts[0]), _column(parts[0])
        if text.upper() in ("AND", "OR", "NOT"):
            raise QueryError(
                column,
                f'write {text.upper()} in capitals, or quote the word: "{text}"',
            )
        if not text.strip("&|,;+!"):
            raise QueryError(column, f"{text} is no operator; write AND, OR or NOT")
        if text[-1] in ",;":
            raise QueryError(
                column + len(text) - 1, f"{text[-1]} joins nothing; write AND or OR"
            )
        return _word(text, column)

    def phrase(self, parts: list[Token]) -> Node:
        return _word(str(parts[0])[1:-1], _column(parts[0]))

    def without(self, parts: list[Node]) -> Node:
        inner = parts[-1]
        return inner.node if isinstance(inner, Not) else Not(inner)

    def both(self, parts: list[Node]) -> Node:
        return And(tuple(parts))

    def either(self, parts: list[Node]) -> Node:
        return Or(tuple(parts))


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _word(text: str, column: int) -> Word:
    try:
        parse_term(text)
    except ValueError as error:
        raise QueryError(column, str(error)) from None
    return Word(text)


@cache
def _parser() -> Lark:
    # the basic lexer: OR is an operator also where only a word could stand
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Build())
