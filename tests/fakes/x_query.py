"""X's query language, as far as we speak it: what a search would bring."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r'\(|\)|-?(?:url:)?"[^"]*"|[^\s()]+')

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Seen:
    author: str
    text: str
    lang: str


_Test = Callable[[_Seen], bool]

_OPERATORS: Mapping[str, Callable[[_Seen, str], bool]] = {
    "from": lambda seen, name: seen.author.lower() == name,
    "lang": lambda seen, code: seen.lang == code,
    "is": lambda seen, what: False,  # there are no reposts in search
    "url": lambda seen, address: address in seen.text,
}


def matches(query: str, author: str, text: str, lang: str = "en") -> bool:
    """Tell whether the query finds the post.

    Raises:
        ValueError: X would not understand it.
    """
    tokens = _TOKEN.findall(query)
    test = _either(tokens)
    if tokens:
        raise ValueError(f"not understood from: {tokens[0]}")
    return test(_Seen(author, text.lower(), lang))


def _either(tokens: list[str]) -> _Test:
    tests = [_both(tokens)]
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        tests.append(_both(tokens))
    return lambda seen: any(test(seen) for test in tests)


def _both(tokens: list[str]) -> _Test:
    tests = [_one(tokens)]
    while tokens and tokens[0] not in {"OR", ")"}:
        tests.append(_one(tokens))
    return lambda seen: all(test(seen) for test in tests)


def _one(tokens: list[str]) -> _Test:
    if not tokens:
        raise ValueError("something is missing at the end")
    token = tokens.pop(0)
    if token in {"OR", "AND", "NOT", ")", "-", "-("}:
        raise ValueError(f"{token} stands where a word should")
    if token == "(":  # noqa: S105  # not a secret
        inside = _either(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("a bracket is not closed")
        return inside
    if token.startswith("-"):
        inner = _leaf(token[1:])
        return lambda seen: not inner(seen)
    return _leaf(token)


def _leaf(token: str) -> _Test:
    name, colon, value = token.partition(":")
    if colon and name in _OPERATORS:
        operator, value = _OPERATORS[name], value.strip('"').lower()
        return lambda seen: operator(seen, value)
    words = _WORD.findall(token.lower())
    if token[0] in "#@$":
        tag = rf"(?<!\w){re.escape(token.lower())}(?!\w)"
        return lambda seen: re.search(tag, seen.text) is not None
    if not words:
        return lambda seen: token.strip('"') in seen.text
    phrase = f" {' '.join(words)} "
    return lambda seen: phrase in f" {' '.join(_WORD.findall(seen.text))} "
