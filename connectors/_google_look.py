"""Looking again at reviews that we keep, one call for each."""

from collections.abc import Callable, Sequence

from connectors._unreached import Unreached
from connectors.base import (
    Gone,
    Post,
    Rechecked,
    Refused,
    Target,
    Unavailable,
)

MALFORMED = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
DELETED = "deleted by its author or by Google"


def look_again(
    targets: Sequence[Target],
    look: Callable[[Target], Post],
    is_deleted: Callable[[Target], bool],
) -> Rechecked:
    """Return what became of the targets.

    Whoever lost access is told "not found" as well, so `is_deleted` confirms it: a
    withdrawn invitation must not erase what we keep.

    Raises:
        Unavailable, Refused: nothing at all could be looked at.
    """
    posts: list[Post] = []
    gone: dict[str, str] = {}
    left = Unreached(targets)
    for number, target in enumerate(targets):
        try:
            try:
                posts.append(look(target))
            except Gone:
                if is_deleted(target):
                    gone[target.id] = DELETED
        except MALFORMED:
            continue
        except Refused as e:
            left.trouble = left.trouble or e
        except Unavailable as e:
            if left.breaks_off(number, e):
                break
    left.check(found=bool(posts or gone))
    return Rechecked(posts, gone, left.ids)
