"""How a figure names the mentions behind it: `negative&day=2026-11-17`. Pure."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

NARROWERS = (
    "day", "source", "language", "stars", "reason", "channel", "person", "theme", "brand",
)  # fmt: skip


def like(kind: str, **narrower: object) -> str:
    """Return the name of a kind, narrowed: like("volume", source="x-search")."""
    rest = urlencode({name: str(value) for name, value in narrower.items()})
    return f"{kind}&{rest}" if rest else kind


def read_like(text: str) -> tuple[str, Mapping[str, str]]:
    """Split a name into its kind and what narrows it.

    Raises:
        ValueError: it is narrowed by something that does not exist.
    """
    kind, _, rest = text.partition("&")
    narrower = dict(parse_qsl(rest, keep_blank_values=True))
    if unknown := [name for name in narrower if name not in NARROWERS]:
        raise ValueError(
            f"{unknown[0]} narrows nothing; there are: {', '.join(NARROWERS)}"
        )
    return kind, narrower
