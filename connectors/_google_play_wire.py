"""What google-api-python-client sends its calls over: our own HTTP, not httplib2.

The client takes any object with `request`. httplib2 sends a POST again when a
connection breaks before the status line (`_conn_request`, whatever RETRIES says), and
google-auth's AuthorizedHttp again after a 401: two public answers from one call, or
one that nobody knows of. Here each call goes out once.
"""

import json
from collections.abc import Mapping
from typing import Any

from connectors._google_api import GoogleApi
from connectors.base import Unavailable


class Wire:
    """Speaks httplib2's `request` over a GoogleApi, whose errors it lets through."""

    def __init__(self, api: GoogleApi) -> None:
        self._api = api

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        **_options: Any,
    ) -> tuple[Any, bytes]:
        """Return status and headers, and the body, as httplib2 does."""
        import httplib2

        sent = json.loads(body) if body else None
        answer = self._api.ask(method, uri, body=sent)
        told = {**answer.headers, "status": str(answer.status)}
        return httplib2.Response(told), answer.body


def run(call: Any, *, writes: bool = False) -> Mapping[str, Any]:
    """Make one call of the client, once; what it answers must be an object."""
    try:
        told = call.execute(num_retries=0)
    except ValueError:  # the client reads JSON without a word of its own
        told = None
    if not isinstance(told, dict):
        raise Unavailable("Google Play answered no JSON object", unclear=writes)
    return told
