"""What a keyword list would have caught of the posts we have."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.rules.match import BrandMatch, Matcher


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post we have, and the brands it is a mention of.

    Of `tied` brands it is one whatever it says: its source was about them.
    """

    platform: str
    post_id: str
    source: str
    text: str
    brands: Collection[str] = ()
    tied: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Catch:
    """One post that a keyword list would gain or lose for a brand."""

    post: StoredPost
    match: BrandMatch | None = None


@dataclass(slots=True)
class Trial:
    """What would change for one brand. `excluded` counts gains put away at once."""

    kept: int = 0
    gained: list[Catch] = field(default_factory=list)
    excluded: int = 0
    lost: list[Catch] = field(default_factory=list)


def try_out(
    posts: Iterable[StoredPost],
    matcher: Matcher,
    tied: Mapping[str, Sequence[str]],
    only: str | None = None,
) -> dict[str, Trial]:
    """Compare what `matcher` catches with what was recorded, per brand.

    `tied` maps sources to the brands that all their posts are about.
    """
    trials: dict[str, Trial] = {}
    for post in posts:
        now = {
            match.brand.name: match
            for match in matcher.match(
                post.text, brands=[*tied.get(post.source, ()), *post.tied]
            )
        }
        for brand, catch, kind in _differences(post, now):
            if only is None or brand == only:
                _enter(trials.setdefault(brand, Trial()), catch, kind)
    return trials


def _differences(
    post: StoredPost, now: Mapping[str, BrandMatch]
) -> Iterator[tuple[str, Catch, str]]:
    for brand in post.brands:
        kind = "kept" if brand in now else "lost"
        yield brand, Catch(post, now.get(brand)), kind
    for brand, match in now.items():
        if brand not in post.brands:
            yield brand, Catch(post, match), "gained"


def _enter(trial: Trial, catch: Catch, kind: str) -> None:
    if kind == "kept":
        trial.kept += 1
    elif kind == "lost":
        trial.lost.append(catch)
    elif catch.match and catch.match.excluded:
        trial.excluded += 1
    else:
        trial.gained.append(catch)
