"""What platforms that must be asked by search are asked for.

A search may bring too much: the matcher decides. It must never bring too little, so
what a platform's search cannot say (NOT, word endings) is left out.
"""

from itertools import product
from math import prod
from typing import TypeAlias

from connectors import Terms
from monitor.config import Brand
from monitor.rules.names import own_names
from monitor.rules.query import And, Node, Not, Or, Word, parse_query

MOST_GROUPS = 200
"""Groups that one query may grow into; beyond it an AND is searched by one side."""

Group: TypeAlias = tuple[str, ...]
ANYTHING: Group = ()


def terms(brand: Brand) -> Terms:
    """Return what one brand is called, for connectors that search."""
    groups = _groups(parse_query(brand.query).root) if brand.query else []
    singles = [group[0] for group in groups if len(group) == 1]
    return Terms(
        brand=brand.name,
        any_of=tuple(dict.fromkeys([*brand.keywords, *own_names(brand), *singles])),
        all_of=tuple(dict.fromkeys(group for group in groups if len(group) > 1)),
        none_of=brand.exclude,
        own_handles=brand.handles,
        languages=brand.languages,
    )


def _groups(node: Node) -> list[Group]:
    """Return groups of words; what the query finds has every word of at least one.

    The empty group is in every text: what cannot be searched for (NOT).
    """
    match node:
        case Word(text):
            return [(text,)]
        case Not():
            return [ANYTHING]
        case Or(nodes):
            groups = [group for each in nodes for group in _groups(each)]
            return [ANYTHING] if ANYTHING in groups else groups
        case And(nodes):
            return _joined([_groups(each) for each in nodes])


def _joined(parts: list[list[Group]]) -> list[Group]:
    """Return every way to take one group of each part.

    Where these are too many the parts with the most groups are left out: what is
    left still brings all that the whole would, and more.
    """
    kept = sorted(parts, key=len)
    while len(kept) > 1 and prod(len(part) for part in kept) > MOST_GROUPS:
        kept.pop()
    in_order = [part for part in parts if any(part is one for one in kept)]
    return [
        tuple(dict.fromkeys(word for group in some for word in group))
        for some in product(*in_order)
    ]
