"""Which brands a post names, where, and why.

All keywords, excluded and urgent words and query terms of all brands stand in one
Aho-Corasick automaton (Aho and Corasick 1975, doi 10.1145/360825.360855), so that a
text is read once, however many there are. What it finds in the folded text is
checked to be whole and told in offsets of the original one.

Links (https://..., www...) are not the author's words: only domains are found in
them. A bare "acme.com" is text, and names both `acme.com` and `acme`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ahocorasick_rs import AhoCorasick

from monitor.config.model import Brand
from monitor.rules.fold import JOINS, fold, shape
from monitor.rules.names import own_names
from monitor.rules.original import Original
from monitor.rules.query import parse_query
from monitor.rules.term import Term, parse_term


class Hit(NamedTuple):
    """One place where a keyword stands, in code points of the original text."""

    keyword: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BrandMatch:
    """What a text says of one brand.

    `hits` are the keywords and the query's words that stand there, all of them
    also where they overlap. `excluded` words make a match not ours. `lacks` says
    why the query, if there is one, is false: no "phone", has "jobs". `tied` says
    that the source is about this brand, whatever the text says.
    """

    brand: Brand
    hits: tuple[Hit, ...] = ()
    excluded: tuple[Hit, ...] = ()
    urgent: tuple[Hit, ...] = ()
    lacks: str = ""
    tied: bool = False

    @property
    def matched(self) -> bool:
        """Whether the brand is named, or tied. Excluded words do not unmatch."""
        return self.tied or bool(self.hits)

    @property
    def keywords(self) -> tuple[str, ...]:
        """The keywords that hit, each once, as written."""
        return tuple(dict.fromkeys(hit.keyword for hit in self.hits))

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """What to highlight: the hits as (start, end), overlapping ones as one."""
        return merged(self.hits)


def merged(hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
    """Return the places of `hits` in order, overlapping ones joined."""
    spans: list[tuple[int, int]] = []
    for _, start, end in sorted(hits, key=lambda hit: hit.start):
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return tuple(spans)


_KEYWORD, _QUERY, _EXCLUDE, _URGENT = range(4)


class _Use(NamedTuple):
    """Who looks for a term, and as what. `brand` is an index, _ANY for all."""

    brand: int
    role: int
    keyword: str


class _Search(NamedTuple):
    """What the automaton looks for, by form; one form may serve several terms."""

    term: Term
    is_plain: bool
    uses: tuple[_Use, ...]


_ANY = -1
_Roles: TypeAlias = tuple[list[Hit], list[Hit], list[Hit], list[Hit]]
_Found: TypeAlias = Mapping[int, _Roles]
_NOTHING: _Roles = ([], [], [], [])


class Matcher:
    """Finds brands in texts. Build it once; it never changes, share it at will."""

    def __init__(self, brands: Sequence[Brand], urgent: Sequence[str] = ()) -> None:
        """Read every brand's words; `urgent` ones count for all brands.

        Raises:
            ValueError: a keyword or query cannot be read. `faults` lists them all.
        """
        self.brands = tuple(brands)
        self._index = {brand.name: i for i, brand in enumerate(brands)}
        self._queries = tuple(
            None if brand.query is None else parse_query(brand.query)
            for brand in brands
        )
        uses: dict[Term, dict[_Use, None]] = defaultdict(dict)
        for use, plurals in self._wanted(urgent):
            uses[parse_term(use.keyword, plurals=plurals)][use] = None
        searches: dict[str, list[_Search]] = defaultdict(list)
        for term, users in uses.items():
            for form in term.forms:
                searches[form].append(_Search(term, term.is_plain, tuple(users)))
        self._searches = tuple(map(tuple, searches.values()))
        self._automaton = AhoCorasick(searches)

    def _wanted(self, urgent: Sequence[str]) -> Iterator[tuple[_Use, bool]]:
        """Everything to look for, and whether its plurals count.

        An exclusion hides, so it means what is written and no more; an urgent word
        only hastens.
        """
        for keyword in urgent:
            yield _Use(_ANY, _URGENT, keyword), True
        for i, (brand, query) in enumerate(
            zip(self.brands, self._queries, strict=True)
        ):
            for keyword in brand.keywords:
                yield _Use(i, _KEYWORD, keyword), brand.plurals
            for name in own_names(brand):
                yield _Use(i, _KEYWORD, name), False
            for keyword in query.words if query else ():
                yield _Use(i, _QUERY, keyword), brand.plurals
            for keyword in brand.exclude:
                yield _Use(i, _EXCLUDE, keyword), False
            for keyword in brand.urgent:
                yield _Use(i, _URGENT, keyword), True

    def match(self, text: str, *, brands: Collection[str] = ()) -> list[BrandMatch]:
        """Return the brands that `text` names, and those in `brands`, by name.

        In the order of the configuration. `brands` are those that the source is
        tied to: they match whatever the text says.
        """
        found = self._find(text)
        if not found and not brands:
            return []
        tied = {self._index[name] for name in brands if name in self._index}
        named = {i for i, roles in found.items() if roles[_KEYWORD] or roles[_QUERY]}
        judged = (self._judge(i, found, tied=i in tied) for i in sorted(named | tied))
        return [each for each in judged if each.matched]

    def explain(self, text: str) -> list[BrandMatch]:
        """Return what `text` says of every brand, matched or not."""
        found = self._find(text)
        return [self._judge(i, found, tied=False) for i in range(len(self.brands))]

    def _find(self, text: str) -> _Found:
        folded = fold(text)
        places = self._whole(folded)
        if not places:
            return {}
        original = Original(text, folded)
        found: dict[int, _Roles] = {}
        for search, start, end in places:
            span = original.span(search.term, start, end)
            if span is None:
                continue
            for brand, role, keyword in search.uses:
                roles = found.get(brand)
                if roles is None:
                    roles = found[brand] = ([], [], [], [])
                roles[role].append(Hit(keyword, *span))
        return found

    def _whole(self, folded: str) -> list[tuple[_Search, int, int]]:
        """Return what stands whole in a folded text, with start and end there."""
        candidates = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        if not candidates:
            return []
        shapes = shape(folded)
        return [
            (search, start, last)
            for pattern, start, end in candidates
            # Term.end says both of these too: they spare most candidates the call
            if shapes[start - 1] not in JOINS or shapes[start] not in JOINS
            for search in self._searches[pattern]
            if (
                last := end
                if search.is_plain and shapes[end] == " "
                else search.term.end(folded, shapes, start, end)
            )
            is not None
        ]

    def _judge(self, index: int, found: _Found, *, tied: bool) -> BrandMatch:
        keywords, words, excluded, urgent = found.get(index, _NOTHING)
        query, lacks = self._queries[index], ""
        if query is not None:
            present = {hit.keyword for hit in words}
            true = query.hits(present)
            if true is None:
                lacks = query.why_not(present)
            else:
                keywords = keywords + [hit for hit in words if hit.keyword in true]
        if _ANY in found:
            urgent = urgent + found[_ANY][_URGENT]
        return BrandMatch(
            brand=self.brands[index],
            hits=_ordered(keywords),
            excluded=_ordered(excluded),
            urgent=_ordered(urgent),
            lacks=lacks,
            tied=tied,
        )


def _ordered(hits: list[Hit]) -> tuple[Hit, ...]:
    """As they stand in the text, longest first, each once."""
    if len(hits) < 2:
        return tuple(hits)
    return tuple(sorted(set(hits), key=lambda hit: (hit.start, -hit.end, hit.keyword)))
