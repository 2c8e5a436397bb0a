"""The grammar of the boolean query, and what to say where a query breaks it."""

import re
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from monitor.rules.query import And, Node, Not, Or, QueryError, Word
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

_DEEPEST = 50
_PHRASE = re.compile('"[^"]*"')


def read(source: str) -> Node:
    """Read a query whose quotes and minuses are the plain ones.

    Raises:
        QueryError: it cannot be read.
    """
    _check_brackets(source)
    try:
        # mypy: a transformer in the parser makes it return nodes, not trees
        return cast("Node", _parser().parse(source))
    except UnexpectedInput as error:
        raise _explain(source, error) from None


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
