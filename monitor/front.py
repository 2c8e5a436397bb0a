"""Where what people press in Slack meets the rest, put together by hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import blake2b

from connectors import Author, Batch, Cursor, Post, Refused
from monitor.app import App
from monitor.digest.period import last_week
from monitor.digest.publish import AlreadySent, Publisher
from monitor.pipeline import Watch
from monitor.slack.client import Clients, connect
from monitor.slack.desk import Desk, Seams
from monitor.slack.router import route
from monitor.slack.sender import SlackSender
from monitor.slack.socket import Socket

SHORT = 3
"""Seconds for a call that somebody waits for: a trigger lives no longer."""
BY_HAND = "by-hand"
"""The source of what people bring from Slack."""


def hearing(app: Callable[[], App]) -> Socket | None:
    """Return what hears the people in Slack; None where the config has no app token.

    `app` gives the configuration as it then is: a changed one changes what a press does.
    """
    settings = app().config.slack
    clients = connect(settings, timeout=SHORT) if settings else None
    if clients is None or clients.app is None:
        return None

    def tell(key: str, words: str) -> None:
        one = app()
        now = one.now()
        one.store.outbox.notice(f"{key}:{now:%Y-%m-%d}", words, now)

    router = route(lambda: desk(app(), clients), clients.bot)
    return Socket(clients.app, router, tell)


def desk(app: App, clients: Clients) -> Desk:
    """Return what handlers get; `clients` give up soon, for somebody waits.

    Raises:
        Refused: the configuration names no Slack any more.
    """
    speaks, settings = app.deliverer.sender, app.config.slack
    if not isinstance(speaks, SlackSender) or settings is None:
        raise Refused("Slack was taken out of config.yaml")
    client = clients.bot
    return Desk(
        store=app.store,
        replies=app.replies,
        config=app.config,
        settings=settings,
        client=client,
        # What is known of people is shared; who must be asked for answers soon.
        people=replace(speaks.people, client=client),
        channels=replace(speaks.channels, client=client),
        now=app.now,
        seams=Seams(digest=partial(_digest, app), track=partial(_track, app)),
    )


def _digest(app: App, _who: str) -> str:
    """Publish last week's digest of every brand now; say what comes."""
    publisher = Publisher(app.store, app.config, app.now)
    said = []
    for brand in app.config.brands:
        if not brand.reply:
            continue
        week = last_week(app.now(), brand.time_zone)
        try:
            publisher.publish(brand, week)
        except AlreadySent as e:
            said.append(str(e))
        except OSError as e:
            said.append(f"the digest of {brand.name} cannot be written: {e}")
        else:
            said.append(f"the digest of {brand.name} for {week.label} is on its way")
    return "\n".join(said) or "no brand is answered, so there is no digest"


@dataclass(frozen=True, slots=True)
class _Nowhere:
    """What a person brings is polled from nowhere."""

    def poll(self, cursor: Cursor | None) -> Batch:
        return Batch((), cursor or {})


def _track(app: App, url: str, quote: str, brand: str, who: str) -> str:
    """Keep a link that a person found as a mention of a brand; say what became of it."""
    post = Post(
        platform=BY_HAND.replace("-", "_"),
        id=blake2b(url.encode(), digest_size=12).hexdigest(),
        url=url,
        author=Author(handle=""),
        text=quote or url,
        posted_at=app.now(),
        ref={"brought_by": who},
    )
    watch = Watch(BY_HAND, timedelta(days=1), _Nowhere(), brands=(brand,))
    done = app.pipeline.take(watch, [post])
    if done is None:
        return "something else came in at that moment; do it again"
    if not done.mentions:
        return "that link is a mention already"
    return f"it is a mention of {brand} now, and its card is on its way"
