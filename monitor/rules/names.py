"""What a brand answers to beside its keywords: being called by its account."""

from monitor.config import Brand

_CALLED = {"x": "@{}", "reddit": "u/{}"}
"""How people call an account, where that is sure to mean it."""


def own_names(brand: Brand) -> tuple[str, ...]:
    """Return how people call the brand's accounts, unless keywords say so already.

    Whoever writes to @acme expects acme to read it, whatever the keywords are.
    """
    known = {keyword.casefold() for keyword in brand.keywords}
    names = [
        _CALLED[platform].format(bare(handle))
        for platform, handles in brand.handles.items()
        if platform in _CALLED
        for handle in handles
    ]
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in known))


def bare(handle: str) -> str:
    """Return a handle without what platforms put before it: @acme, u/acme, /u/acme."""
    for prefix in ("/u/", "u/", "@"):
        if handle.casefold().startswith(prefix):
            return handle[len(prefix) :]
    return handle
