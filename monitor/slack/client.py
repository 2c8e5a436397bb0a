"""The clients of Slack's Web API. Retries are ours: a post must never go out twice."""

import logging
from dataclasses import dataclass

from slack_sdk import WebClient

from monitor.config import SlackSettings

TIMEOUT = 15
"""Seconds for one call; a claim counts as lost only after twice as long."""


@dataclass(frozen=True, slots=True)
class Clients:
    """One client per token; neither shows it."""

    bot: WebClient
    app: WebClient | None


def connect(settings: SlackSettings, *, timeout: int = TIMEOUT) -> Clients:
    """Return the clients for these settings. Slack is not asked anything yet."""
    app = settings.app_token
    return Clients(
        bot=_client(settings.bot_token.get_secret_value(), settings.api_base, timeout),
        app=_client(app.get_secret_value(), settings.api_base, timeout)
        if app
        else None,
    )


def _client(token: str, base: str, timeout: int) -> WebClient:
    # No handlers: the SDK's own would post again after a connection that dropped.
    return WebClient(
        token=token,
        base_url=base,
        timeout=timeout,
        retry_handlers=[],
        logger=_quiet(),
    )


def _quiet() -> logging.Logger:
    """Return a logger for the SDK: what goes wrong we say ourselves, in our words."""
    logger = logging.Logger("slack_sdk")  # noqa: LOG001 - outside the tree on purpose
    logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.CRITICAL)
    return logger
