"""One HTTP call -> our three errors, for platforms without a good client.

Over httpx2, the maintained fork of httpx: https://www.python-httpx.org. It does
not retry and does not sleep: the next poll is the retry. Each call has its own
connection, so nothing needs closing and no write can meet a connection that died
while idle, which would leave its outcome unclear.
"""

import base64
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Unpack
from urllib.parse import unquote_to_bytes

import httpx2

from connectors._answers import Answer, is_busy, wait_asked_for, what_it_says
from connectors._calls import (
    Call,
    Extra,
    Headers,
    Params,
    same_host,
    secrets_of,
    web_address,
)
from connectors._guard import Guard
from connectors.base import Gone, Refused, Unavailable
from connectors.clock import utc_now
from connectors.durations import format_duration

__all__ = ["Answer", "Http", "is_busy", "wait_asked_for"]

MAX_REDIRECTS = 5
ERROR_BYTES = 64 * 1024  # enough of an error page to find its message
WHOLE_BODY = 6  # times `timeout`, which each single step may take

_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
)


@dataclass(frozen=True, kw_only=True)
class Http:
    """One platform's API, at one base address.

    `headers` and what `auth` returns (asked before each call, so that it can renew
    a token) go to the base address's own host only; headers given with a call
    travel along redirects. Name and password in the address become basic auth.
    `check` is what a person should look at after 401 or 403. `timeout` is for each
    step: connecting, sending, each piece of the answer. `busy` and `wait` judge
    rate limits, for platforms that say it in their own way. Without `allow_private`
    no call reaches a private, loopback or link-local address.

    Every call raises:
        Unavailable: rate limit, 5xx, timeout, broken connection or body; for writes
            `unclear`, unless the platform cannot have done it.
        Refused: 401, 403 or another 4xx; too many redirects; too long a body.
        Gone: 404 or 410.

    Messages name the host and never the rest of the address, which may be secret.
    """

    base_url: str = field(repr=False)
    headers: Headers = field(default_factory=dict, repr=False)
    auth: Callable[[], Headers] | None = field(default=None, repr=False)
    check: str = "the credentials in config.yaml"
    timeout: timedelta = timedelta(seconds=20)
    max_bytes: int = 10 * 1024 * 1024
    allow_private: bool = False
    busy: Callable[[Answer], bool] = field(default=is_busy, repr=False)
    wait: Callable[[Answer, datetime], timedelta | None] = field(
        default=wait_asked_for, repr=False
    )
    now: Callable[[], datetime] = field(default=utc_now, repr=False)

    def get(self, path: str = "", **extra: Unpack[Extra]) -> Answer:
        """Read; follows up to five redirects. 304 is an answer, not an error."""
        return self._ask(self._call("GET", path, extra))

    def post(self, path: str = "", **extra: Unpack[Extra]) -> Answer:
        return self._ask(self._call("POST", path, extra))

    def put(self, path: str = "", **extra: Unpack[Extra]) -> Answer:
        return self._ask(self._call("PUT", path, extra))

    def delete(self, path: str = "", **extra: Unpack[Extra]) -> Answer:
        return self._ask(self._call("DELETE", path, extra))

    def _call(self, method: str, path: str, extra: Extra) -> Call:
        return Call(
            method=method,
            url=self._address(path, extra.get("params")),
            headers=extra.get("headers") or {},
            json=extra.get("json"),
            form=extra.get("form"),
            writes=extra.get("writes", method != "GET"),
            accept=extra.get("accept", ()),
        )

    def _ask(self, call: Call) -> Answer:
        moved = True
        for hop in range(MAX_REDIRECTS + 1):
            call = replace(call, credentials=self._credentials(call.url))
            answer = self._send(call)
            location = answer.headers.get("location")
            if answer.status not in {301, 302, 303, 307, 308} or location is None:
                return self._judged(call, replace(answer, moved=moved and hop > 0))
            call = self._followed(call, answer, location)
            moved = moved and answer.status in {301, 308}
        raise Refused(
            f"{self._base.host} redirects more than {MAX_REDIRECTS} times; open the "
            "address in a browser and use the one it ends at"
        )

    def _followed(self, call: Call, answer: Answer, location: str) -> Call:
        target = web_address(location, f"the redirect of {answer.host}", call.url)
        if call.method == "GET":
            return replace(call, url=target)
        if answer.status == 303 and call.writes:  # "done; see there"
            raise Unavailable(f"{answer.host} redirects to {target.host}", unclear=True)
        raise Refused(
            f"{answer.host} redirects to {target.scheme}://{target.host}; "
            "put that into the address of this source"
        )

    def _send(self, call: Call) -> Answer:
        host = call.url.host
        guard = Guard(host, allow_private=self.allow_private)
        try:
            with self._client.stream(
                call.method,
                call.url,
                headers={**call.credentials, **call.headers},
                json=call.json,
                data=call.form,
                extensions={"trace": guard},
            ) as response:
                if not guard.passed:
                    raise RuntimeError(f"the connection to {host} was not checked")
                return self._read(call, response)
        except (httpx2.LocalProtocolError, UnicodeEncodeError):
            # The cause would show the header, and so the secret, in a traceback.
            raise Refused(
                f"a header for {host} holds a character that HTTP does not allow; "
                f"look for a line break or an accent in {self.check}"
            ) from None
        except httpx2.HTTPError as e:
            unclear = call.writes and not isinstance(e, _NEVER_SENT)
            raise Unavailable(self._trouble(host, e), unclear=unclear) from e

    def _read(self, call: Call, response: httpx2.Response) -> Answer:
        host = call.url.host
        if response.status_code >= 300:
            body = _first_bytes(self._pieces(response))
        else:
            body = self._whole_body(call, response)
        return Answer(
            status=response.status_code,
            headers=response.headers,
            body=body,
            url=str(call.url),
            host=host,
            writes=call.writes,
        )

    def _whole_body(self, call: Call, response: httpx2.Response) -> bytes:
        body = bytearray()
        for piece in self._pieces(response):
            body += piece
            if len(body) > self.max_bytes:
                raise self._too_long(call)
        return bytes(body)

    def _pieces(self, response: httpx2.Response) -> Iterator[bytes]:
        """Yield the body; a server that sends a byte now and then is not waited for."""
        deadline = time.monotonic() + WHOLE_BODY * self.timeout.total_seconds()
        for piece in response.iter_bytes():
            yield piece
            if time.monotonic() > deadline:
                raise httpx2.ReadTimeout("the answer trickles in too slowly")

    def _too_long(self, call: Call) -> Unavailable | Refused:
        told = f"{call.url.host} sends more than {self.max_bytes:,} bytes"
        if call.writes:  # it took what we sent, we do not know as what
            return Unavailable(told, unclear=True)
        return Refused(f"{told}; if that is right, raise max_bytes")

    def _judged(self, call: Call, answer: Answer) -> Answer:
        if answer.status < 300 or answer.status == 304 or answer.status in call.accept:
            return answer
        said = what_it_says(answer, secrets_of(call))
        told = f"{answer.host} answered {answer.status}"
        told = f"{told}: {said}" if said else told
        if self.busy(answer):
            raise Unavailable(
                told,
                retry_after=self.wait(answer, self.now()),
                unclear=call.writes and answer.status >= 500,
            )
        if answer.status in {404, 410}:
            raise Gone(told)
        if answer.status in {401, 403}:
            raise Refused(f"{told}; check {self.check}")
        raise Refused(told)

    def _trouble(self, host: str, error: httpx2.HTTPError) -> str:
        if isinstance(error, httpx2.TimeoutException):
            waited = format_duration(self.timeout)
            return f"{host} did not answer in time ({waited} for each step)"
        if isinstance(error, _NEVER_SENT):
            return f"no connection to {host}: {error}"
        return f"{host} broke off its answer ({type(error).__name__})"

    @cached_property
    def _base(self) -> httpx2.URL:
        return web_address(self.base_url, "the address in config.yaml")

    @cached_property
    def _client(self) -> httpx2.Client:
        # At INFO httpx logs each whole address, and with it any key in it.
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        return httpx2.Client(
            headers={"User-Agent": "everyreply"},
            timeout=self.timeout.total_seconds(),
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    def _address(self, path: str, params: Params | None) -> httpx2.URL:
        url = self._base.copy_with(userinfo=b"")
        if "://" in path:  # the platform's own link to its next page
            url = web_address(path, f"the link that {url.host} gave")
        elif path:
            url = url.copy_with(path=f"{url.path.rstrip('/')}/{path.lstrip('/')}")
        return url.copy_merge_params(params) if params else url

    def _credentials(self, url: httpx2.URL) -> Headers:
        """Return our own headers if `url` is on the base address's host."""
        if not same_host(self._base, url):
            return {}
        basic = {}
        if self._base.userinfo:
            pair = base64.b64encode(unquote_to_bytes(self._base.userinfo)).decode()
            basic = {"Authorization": f"Basic {pair}"}
        return {**basic, **self.headers, **(self.auth() if self.auth else {})}


def _first_bytes(pieces: Iterable[bytes]) -> bytes:
    """Read enough of an error to find its message; cut off, it is still that error."""
    body = bytearray()
    with suppress(httpx2.HTTPError):
        for piece in pieces:
            body += piece
            if len(body) >= ERROR_BYTES:
                break
    return bytes(body[:ERROR_BYTES])
