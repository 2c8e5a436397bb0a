"""Whether Slack is set up: tokens, scopes, channels, clock, and every layout."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient

from connectors import ConnectorError
from monitor.config import Config, SlackSettings
from monitor.slack.channels import Channels
from monitor.slack.client import Clients
from monitor.slack.errors import Rejected, translated
from monitor.slack.manifest import SCOPES
from monitor.slack.samples import layouts

DRIFT = timedelta(minutes=1)
"""How far our clock may be from Slack's; deadlines and look-ups depend on it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check; `words` name the remedy where it is not fine."""

    subject: str
    fine: bool
    words: str


def check(
    clients: Clients,
    config: Config,
    settings: SlackSettings,
    now: Callable[[], datetime],
    *,
    judges_layouts: bool = True,
) -> Iterator[Finding]:
    """Yield what was found; nothing is posted anywhere.

    `judges_layouts`: also have Slack judge every layout, one call each.
    """
    try:
        with translated("asking who we are", may_repeat=True):
            answer = clients.bot.auth_test()
    except (ConnectorError, Rejected) as e:
        yield Finding("bot token", False, str(e))
        return
    yield Finding("bot token", True, f"{answer['user']} in {answer['team']}")
    headers = {str(k).lower(): str(v) for k, v in answer.headers.items()}
    yield _scopes(headers.get("x-oauth-scopes", ""))
    yield _clock(headers.get("date", ""), now())
    yield _app(clients.app)
    yield from _channels(clients.bot, config, settings)
    if judges_layouts:
        yield from _layouts(clients.bot, now())


def _scopes(given: str) -> Finding:
    missing = [scope for scope in SCOPES if scope not in given.split(",")]
    if missing:
        words = (
            f"missing {', '.join(missing)}; run everyreply slack manifest, update the "
            "app, install it again"
        )
        return Finding("scopes", False, words)
    return Finding("scopes", True, f"all {len(SCOPES)}")


def _clock(date: str, now: datetime) -> Finding:
    try:
        apart = abs(parsedate_to_datetime(date) - now)
    except (TypeError, ValueError):
        return Finding("clock", True, "Slack told no time to compare with")
    seconds = round(apart.total_seconds())
    if apart > DRIFT:
        words = f"{seconds} s apart from Slack's; set this machine's clock (NTP)"
        return Finding("clock", False, words)
    return Finding("clock", True, f"{seconds} s apart from Slack's")


def _app(client: WebClient | None) -> Finding:
    if client is None:
        words = "slack.app_token is not set: cards have no working buttons"
        return Finding("app token", False, words)
    try:
        with translated("opening Socket Mode", may_repeat=True):
            client.apps_connections_open(app_token=client.token or "")
    except (ConnectorError, Rejected) as e:
        return Finding("app token", False, str(e))
    return Finding("app token", True, "Socket Mode answers")


def _channels(
    client: WebClient, config: Config, settings: SlackSettings
) -> Iterator[Finding]:
    named = [brand.channel for brand in config.brands if brand.reply]
    named += [settings.channel, settings.ops_channel, settings.second_ops_channel]
    try:
        known = Channels(client).all()
    except (ConnectorError, Rejected) as e:
        yield Finding("channels", False, str(e))
        return
    by_name = {f"#{one['name']}": one for one in known} | {o["id"]: o for o in known}
    for name in dict.fromkeys(filter(None, named)):
        yield _channel(name, by_name.get(name))


def _channel(name: str, found: dict[str, object] | None) -> Finding:
    subject = f"channel {name}"
    if found is None:
        words = "the app sees none; if it is private, invite it: /invite @everyreply"
        return Finding(subject, False, words)
    if found.get("is_archived"):
        words = "archived; unarchive it, or name another in config.yaml"
        return Finding(subject, False, words)
    if not found.get("is_member"):
        return Finding(subject, False, "invite the app: /invite @everyreply")
    return Finding(subject, True, "the app is a member")


def _layouts(client: WebClient, now: datetime) -> Iterator[Finding]:
    """Have Slack judge every layout (`blocks.validate` posts nothing)."""
    made = layouts(now)
    faults = 0
    for name, message in made.items():
        try:
            with translated(f"judging the {name}", may_repeat=True):
                client.api_call("blocks.validate", json={"blocks": message.blocks})
        except (ConnectorError, Rejected) as e:
            faults += 1
            yield Finding(f"layout {name}", False, str(e))
    if not faults:
        yield Finding("layouts", True, f"Slack takes all {len(made)}")
