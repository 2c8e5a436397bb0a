"""What ruamel.yaml says of a broken file, in words for whoever wrote it."""

import re
from collections.abc import Callable
from typing import TypeAlias

from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.reader import ReaderError

from monitor.config.faults import Place, shown

_Words: TypeAlias = str | Callable[[re.Match[str], int], str]

_QUOTES = "put the whole text in quotes"
# Tried in order on "context: problem"; the number is the line the context is on.
_REASONS: tuple[tuple[str, _Words], ...] = (
    (
        r"found character '\\t'",
        "a tab is used to indent; YAML wants spaces",
    ),
    (
        r"found character '(.)' that cannot start",
        lambda m, _: f'a text cannot start with "{m[1]}"; {_QUOTES}: "{m[1]}..."',
    ),
    (
        r"mapping values are not allowed",
        f'": " is not possible here; {_QUOTES}, or mend the indentation',
    ),
    (
        r"scanning a (?:quoted|double-quoted) scalar: found unexpected (?:end|document)",
        "the quote that opens here is never closed",
    ),
    (
        r"found unknown escape character '(.)'",
        lambda m, _: f'"\\{m[1]}" means nothing in double quotes; use single quotes',
    ),
    (
        r"could not find expected ':'",
        "a name without a colon; write name: value",
    ),
    (
        r"found undefined alias '(.*)'",
        lambda m, _: (
            f'"*{shown(m[1])}" is an alias to YAML; {_QUOTES}: "*{shown(m[1])}"'
        ),
    ),
    (
        r"flow (?:sequence|mapping): .* got '\{'",
        f'braces mean something to YAML here; {_QUOTES}: "${{NAME}}"',
    ),
    (
        r"flow (sequence|mapping): expected ',' or '(.)'",
        lambda m, line: (
            f'the "{"[" if m[1] == "sequence" else "{"}" of line {line} '
            f'needs a "," or a "{m[2]}" before this'
        ),
    ),
    (
        r"found '<scalar>'",
        f"text goes on after it should have ended; {_QUOTES}: '\"acme\" AND app'",
    ),
    (
        r"found '(\]|\}|,)'",
        lambda m, _: f'"{m[1]}" closes nothing here',
    ),
    (
        r"found (?:undefined tag handle|'<anchor>'|'<alias>'|'<tag>')",
        f'"&", "*" and "!" mean something to YAML; {_QUOTES}',
    ),
    (
        r"expected <block end>",
        "the indentation does not fit the lines above",
    ),
    (
        r"expected a single document",
        'one document is wanted; take out the line "---"',
    ),
)


def explain(error: YAMLError, text: str) -> tuple[Place, str]:
    """Return where a file stops being YAML, and what to do about it."""
    if isinstance(error, ReaderError):
        message = f"the character U+{ord(text[error.position]):04X} is not allowed"
        return _place_of(text, error.position), message
    if not isinstance(error, MarkedYAMLError):
        return Place(), f"this is not YAML: {_first_line(str(error))}"
    says = f"{error.context or ''}: {error.problem or ''}"
    opened = error.context_mark.line + 1 if error.context_mark else 0
    for pattern, words in _REASONS:
        if found := re.search(pattern, says):
            message = words if isinstance(words, str) else words(found, opened)
            return _place(error, message), message
    return _place(error, ""), f"this is not YAML: {_first_line(says.strip(': '))}"


def _place(error: MarkedYAMLError, message: str) -> Place:
    first, second = error.problem_mark, error.context_mark
    # What is missed only further down is shown where it began.
    if message.endswith(("never closed", "write name: value")):
        first, second = second, first
    mark: StringMark | None = first or second
    return Place(mark.line + 1, mark.column + 1) if mark else Place()


def _place_of(text: str, position: int) -> Place:
    before = text[:position]
    return Place(before.count("\n") + 1, position - before.rfind("\n"))


def _first_line(text: str) -> str:
    return shown(text.partition("\n")[0])
