"""One call as it goes out: where to, with what, and what of it is secret."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypedDict

import httpx2

from connectors.base import Refused

Headers: TypeAlias = Mapping[str, str]
Params: TypeAlias = Mapping[str, str | int | float | bool]

SHORTEST_SECRET = 6  # masking "1" or "json" in a message would only garble it


class Extra(TypedDict, total=False):
    """What a call may bring besides its path.

    `json` or `form` is the body. `writes=False` marks a POST that only asks (a
    token, a search), so that its failure leaves nothing unclear. A status in
    `accept` is an answer, not an error.
    """

    params: Params
    headers: Headers
    json: Any
    form: Mapping[str, str]
    writes: bool
    accept: Container[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    method: str
    url: httpx2.URL
    headers: Headers
    json: Any
    form: Mapping[str, str] | None
    writes: bool
    accept: Container[int]
    credentials: Headers = field(default_factory=dict)


def web_address(text: str, what: str, base: httpx2.URL | None = None) -> httpx2.URL:
    try:
        url = base.join(text) if base is not None else httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError):
        raise Refused(f"{what} is not a web address") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise Refused(f"{what} is not an http or https address")
    return url


def same_host(base: httpx2.URL, url: httpx2.URL) -> bool:
    """Tell whether credentials for `base` may go to `url`; http may become https."""
    if (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port):
        return True
    upgraded = (base.scheme, url.scheme) == ("http", "https")
    return upgraded and url.host == base.host and url.port is base.port is None


def secrets_of(call: Call) -> set[str]:
    """Return what an error message must not repeat of a call."""
    sent = [*call.credentials.values(), *(call.form or {}).values()]
    words = [word for value in sent for word in (value, *value.split())]
    url = call.url
    words += [url.path, url.raw_path.decode("ascii"), url.query.decode("ascii")]
    words += [value for _, value in url.params.multi_items()]
    return {word for word in words if len(word) >= SHORTEST_SECRET}
