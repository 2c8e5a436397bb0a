"""What Slack answers, in our errors, with the remedy where a person must act.

https://docs.slack.dev/reference/methods/chat.postMessage lists the codes. Certain
failures are 429 and any other answer with `ok: false`, but those that say "some aspect
may have succeeded".
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from connectors import Gone, Refused, Unavailable

UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout"})
AWAY = frozenset({"service_unavailable", "team_added_to_org"})
DELETED = frozenset({"message_not_found", "thread_not_found"})
BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
ASKED = timedelta(seconds=30)
"""How long we wait where Slack asks for time and does not say how much."""
_TOKEN = "make a new bot token (api.slack.com/apps, OAuth & Permissions) and set it as slack.bot_token"  # noqa: S105
REMEDIES = {
    "account_inactive": f"the app was removed from the workspace; {_TOKEN}",
    "app_missing_action_url": "switch Socket Mode on for the app",
    "cant_update_message": "the message is not ours; use the token of the app that "
    "wrote it",
    "channel_not_found": "there is no such channel for the app; invite it there: "
    "/invite @everyreply",
    "edit_window_closed": "the workspace forbids editing messages; an admin must allow "
    "it for apps",
    "ekm_access_denied": "an admin suspended the app's access; ask them",
    "invalid_auth": f"the token is not valid; {_TOKEN}",
    "is_archived": "the channel is archived; unarchive it, or name another in config.yaml",
    "is_inactive": "the channel is frozen; name another in config.yaml",
    "missing_scope": "the app lacks a permission ({needed}); run everyreply slack "
    "manifest, update the app, install it again",
    "no_permission": "the app may not post there; an admin must allow it",
    "not_allowed_token_type": "this is the wrong kind of token; bot_token begins with "
    "xoxb-, app_token with xapp-",
    "not_authed": f"there is no token; {_TOKEN}",
    "not_in_channel": "invite the app to the channel: /invite @everyreply",
    "org_login_required": "the workspace is being moved; wait, or ask an admin",
    "restricted_action": "an admin restricted posting there; allow the app",
    "restricted_action_read_only_channel": "the channel is read-only; allow the app",
    "team_access_not_granted": "the app has no access to this workspace; install it",
    "token_expired": f"the token expired; {_TOKEN}",
    "token_revoked": f"the token was revoked; {_TOKEN}",
    "two_factor_setup_required": "an admin must set up two-factor sign-in first",
}


class Rejected(Exception):
    """Slack does not take what we built: a defect of ours, and of this message alone."""


@contextmanager
def translated(what: str, *, may_repeat: bool) -> Iterator[None]:
    """Turn what slack_sdk raises into our errors.

    `may_repeat`: doing it twice harms nobody, so no outcome is unclear.

    Raises:
        Unavailable: later, by itself; `unclear` where it may be done all the same.
        Refused: a person must act; the message says who and how.
        Gone: the message was deleted in Slack.
        Rejected: Slack does not take it, and never will.
    """
    try:
        yield
    except SlackApiError as e:
        # None of it is chained: its text holds the whole answer.
        raise _answered(e, what, may_repeat=may_repeat) from None
    except (OSError, HTTPException, SlackClientError) as e:
        reason = e.reason if isinstance(e, URLError) else e
        words = f"Slack does not answer ({type(reason).__name__})"
        unclear = not may_repeat and not _never_left(reason)
        raise Unavailable(words, unclear=unclear) from None


def _never_left(reason: object) -> bool:
    return isinstance(reason, ConnectionRefusedError | socket.gaierror)


def _answered(error: SlackApiError, what: str, *, may_repeat: bool) -> Exception:
    response = error.response
    code, status = str(response.get("error", "")), int(response.status_code)
    if status == 429 or code in BUSY:
        return Unavailable(
            "Slack asks for time", retry_after=_retry_after(dict(response.headers))
        )
    if status >= 500 or code in UNCLEAR or not code.isidentifier():
        return Unavailable(f"Slack has trouble ({status})", unclear=not may_repeat)
    if code in AWAY:
        return Unavailable(f"Slack is not there ({code})")
    if code in DELETED:
        return Gone("the message was deleted in Slack")
    if remedy := REMEDIES.get(code):
        needed = str(response.get("needed") or "see everyreply slack check")
        return Refused(f"{what}: {remedy.format(needed=needed)} ({code})")
    return Rejected(
        f"{what}: Slack says {code}{_details(response.get('response_metadata'))}"
    )


def _retry_after(headers: dict[str, str]) -> timedelta:
    asked = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    return timedelta(seconds=int(asked)) if asked and asked.isdigit() else ASKED


def _details(metadata: object) -> str:
    """Return what Slack says of the blocks: paths and limits, no text of anybody."""
    messages = metadata.get("messages", []) if isinstance(metadata, dict) else []
    return "".join(f"; {words}" for words in messages[:3])
