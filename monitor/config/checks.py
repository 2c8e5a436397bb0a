"""What must fit together across a config.yaml.

These look at the plain values, not at the types: so they speak in the same breath
as the types do, also where something else is wrong, and they point at the word.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from monitor.config.document import Document
from monitor.config.faults import Fault, Path, did_you_mean, shown

Found: TypeAlias = Iterator[tuple[Path, str]]


def cross_faults(
    document: Document,
    data: Any,
    check_query: Callable[[str], None] | None,
    check_word: Callable[[str], None] | None,
) -> list[Fault]:
    """Return a fault for each thing that does not fit with another.

    `data` is the document with its names filled in. `check_query` raises
    ValueError for a boolean query that cannot be read.
    """
    checks = _Checks(document, data, check_query, check_word)
    return [document.fault(path, message) for path, message in checks.found()]


class _Checks:
    def __init__(
        self,
        document: Document,
        data: Any,
        check_query: Callable[[str], None] | None,
        check_word: Callable[[str], None] | None,
    ) -> None:
        self._document = document
        self._data = data
        self._check_query = check_query
        self._check_word = check_word
        self._brands = list(_entries(data, "brands"))
        self._sources = list(_entries(data, "sources"))
        section = data.get("priorities") if isinstance(data, dict) else None
        self._priorities = section if isinstance(section, dict) else {}

    def found(self) -> Found:
        yield from self._same_names(self._brands, "brand")
        yield from self._same_names(self._sources, "source")
        yield from self._unknown_brands()
        for path, brand in self._brands:
            yield from self._can_match(path, brand)
            yield from self._excluded_keywords(path, brand)
            yield from self._query(path, brand)
            for name in ("keywords", "exclude", "urgent"):
                yield from self._words(path, brand, name)
        yield from self._words(("priorities",), self._priorities, "urgent")
        yield from self._clear_password()

    def _same_names(
        self, entries: list[tuple[Path, dict[str, Any]]], noun: str
    ) -> Found:
        first: dict[str, Path] = {}
        for path, entry in entries:
            if not (name := _text(entry, "name")):
                continue
            at = (*path, "name")
            if (other := first.setdefault(name.casefold(), at)) != at:
                line = self._line(other)
                yield at, f"{self._shown(at)} names another {noun} too, on line {line}"

    def _unknown_brands(self) -> Found:
        known = {
            name: self._document.written[(*path, "name")]
            for path, brand in self._brands
            if (name := _text(brand, "name"))
        }
        for path, source in self._sources:
            for at, name in _texts(source, "brands", path):
                if known and name not in known:
                    hint = did_you_mean(
                        self._document.written[at], list(known.values())
                    )
                    yield at, f"{self._shown(at)} is not a configured brand{hint}"

    def _can_match(self, path: Path, brand: dict[str, Any]) -> Found:
        tied = [
            name
            for at, source in self._sources
            for _, name in _texts(source, "brands", at)
        ]
        if brand.get("keywords") or brand.get("query") or brand.get("name") in tied:
            return
        if not _text(brand, "name"):
            return
        yield (
            path,
            (
                "nothing can ever match: give it keywords or a query, or name it in a "
                "source's brands"
            ),
        )

    def _excluded_keywords(self, path: Path, brand: dict[str, Any]) -> Found:
        keywords = {
            word.strip().casefold(): at for at, word in _texts(brand, "keywords", path)
        }
        for at, word in _texts(brand, "exclude", path):
            if clash := keywords.get(word.strip().casefold()):
                line = self._line(clash)
                yield at, f"{self._shown(at)} is a keyword as well, on line {line}"

    def _query(self, path: Path, brand: dict[str, Any]) -> Found:
        if query := _text(brand, "query"):
            yield from self._checked((*path, "query"), query, self._check_query)

    def _words(self, path: Path, section: dict[str, Any], name: str) -> Found:
        for at, word in _texts(section, name, path):
            yield from self._checked(at, word, self._check_word)

    def _checked(
        self, at: Path, text: str, check: Callable[[str], None] | None
    ) -> Found:
        if check is None or not text.strip():
            return
        try:
            check(text)
        except ValueError as error:
            is_plain = text == self._document.written[at]
            yield at, str(error) if is_plain else f"{self._shown(at)} cannot be read"

    def _clear_password(self) -> Found:
        at = ("database", "url")
        _, _, rest = self._document.written.get(at, "").partition("://")
        login, is_login, _ = rest.rpartition("@")
        _, _, password = login.partition(":")
        if is_login and password and "${" not in password:
            yield (
                at,
                (
                    "a password does not belong in the file; write ${NAME} in its place "
                    "and set NAME in the environment"
                ),
            )

    def _line(self, path: Path) -> int:
        return self._document.values[path].line

    def _shown(self, path: Path) -> str:
        return f'"{shown(self._document.written[path])}"'


def _entries(data: Any, section: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    entries = data.get(section)
    for i, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield (section, i), entry


def _text(entry: dict[str, Any], key: str) -> str | None:
    value = entry.get(key)
    return value if isinstance(value, str) and value.strip() else None


def _texts(entry: dict[str, Any], key: str, path: Path) -> Iterator[tuple[Path, str]]:
    values = entry.get(key)
    for i, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            yield (*path, key, i), value
