"""The whole of what staff touch, in one process: our fake Slack, our fake platform."""

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from monitor.outbox import Deliverer
from monitor.replies import Replies
from monitor.slack.client import connect
from monitor.slack.desk import Desk, Seams
from monitor.slack.router import PRESS_THREADS, Router, route
from monitor.slack.sender import SlackSender
from monitor.slack.socket import Socket
from monitor.store import Store
from tests.fakes.replier import FakeReplier
from tests.fakes.slack import People, Workspace
from tests.fakes.slack.socket import PATIENCE

NEVER = 10**6
"""Pings without an answer that nobody waits for."""


@dataclass
class Counted:
    """A router that says how often it has dealt with each envelope."""

    router: Router
    begun: Counter = field(default_factory=Counter)
    done: Counter = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, kind, payload, ack, envelope_id):
        with self.lock:
            self.begun[envelope_id] += 1
        self.router.take(kind, payload, ack, envelope_id)
        with self.lock:
            self.done[envelope_id] += 1

    def close(self):
        self.router.close()


@dataclass
class House:
    """Everything at work, with words for what a test does and sees."""

    space: Workspace
    store: Store
    replies: Replies
    platform: FakeReplier
    deliverer: Deliverer
    router: Router
    socket: Socket
    people: People
    counted: "Counted"
    clock: Any
    told: list[tuple[str, str]] = field(default_factory=list)

    # What people do.

    def card(self, channel: str = "acme") -> dict[str, Any]:
        for _ in range(3):
            self.deliverer.deliver()
            self.clock.advance(seconds=1)
        return self.space.messages(channel)[-1]

    def press(self, user, action, *, option=None, message=None, channel="acme"):
        message = message or self.card(channel)
        return self.people.press(user, channel, message, action, option=option)

    def choose(self, user, mention, what):
        """Choose something from a card's menu."""
        return self.press(user, "card.more", option=f"{mention.id}|{what}")

    def submit(self, user, view, **typed):
        """Submit a modal with what was typed or chosen, by action id."""
        return self.people.submit(user, view, values(view, typed))

    def reply_window(self, user, **how):
        """Press Reply on the newest card, and return the window to write in."""
        self.press(user, "card.reply", **how)
        return self.window("reply.submit")

    def write(self, user, text):
        """Reply from the button to the acknowledgement; return its answer."""
        view = self.reply_window(user)
        return self.submit(user, view, **{"reply.text": text}).wait()

    def now_is(self, mention):
        return self.store.mentions.get(mention.id)

    def window(self, callback: str) -> dict[str, Any]:
        """Return the newest modal once it shows this."""
        self.settle_windows()

        def found():
            views = list(self.space.views.values())
            return views[-1] if views and views[-1]["callback_id"] == callback else None

        return until(
            found,
            lambda: f"no window shows {callback}: {self.space.views}; {self.known()}",
        )

    # What a test waits for.

    def connected(self, anew: int = 0) -> None:
        """Wait until both lines stand as both sides see it, so many of them made anew.

        What is handed over from then on is heard.
        """
        sockets = self.space.sockets
        assert sockets.wait_opened(len(self.socket._places) + anew), self.known()
        until(lambda: self.socket.connections() == 2 <= len(sockets._live), self.known)

    def whispers(self, user: str, count: int = 1) -> list[str]:
        """Return what somebody was told alone, once there is so much."""

        def found():
            texts = [m["text"] for m in self.space.ephemeral if m["user"] == user]
            return texts if len(texts) >= count else None

        return until(found, lambda: f"nothing was said: {self.known()}")

    def settle(self) -> None:
        """Wait until everything that was handed over is done."""
        self.settle_windows()
        until(self.router.rest.idle, lambda: f"work is left: {self.known()}")

    def settle_windows(self) -> None:
        until(
            lambda: not self.missing(),
            lambda: f"something was never taken: {self.known()}",
        )
        until(
            self.router.windows.idle, lambda: f"a window is not filled: {self.known()}"
        )

    def missing(self) -> list[str]:
        """Return the envelopes that were not dealt with as often as they were sent."""
        sent = list(self.space.sockets.envelopes.items())
        return [n for n, one in sent if self.counted.done[n] < max(one.handed, 1)]

    def known(self) -> str:
        """Return what there is to know where something is missing."""
        sockets, counted = self.space.sockets, self.counted
        said = []
        for number in self.missing():
            one = sockets.envelopes[number]
            said.append(
                f"{number} ({one.body['payload'].get('type')}) handed over "
                f"{one.handed}, begun {counted.begun[number]}, done "
                f"{counted.done[number]}, acknowledged {one.done.is_set()}"
            )
        said.append(
            f"of {len(sockets.envelopes)} envelopes; Slack opened {sockets.opened} "
            f"connections and counts {len(sockets._live)}"
        )
        said.extend(
            f"a line: stands {line.stands()}, wanted {line.wanted}, "
            f"{line.unanswered} pings unanswered, old {line is place.old}"
            for place in self.socket._places
            for line in place.lines()
        )
        pools = {"windows": self.router.windows, "rest": self.router.rest}
        said.extend(
            f"{name}: {pool._jobs.unfinished_tasks} jobs unfinished"
            for name, pool in pools.items()
        )
        return "; ".join(said)

    @contextmanager
    def every_worker_busy(self):
        """Leave no room in the pool for as long as the block lasts."""
        with self.every_worker_busy_but_waiting() as release:
            while self.router.rest.give(release.wait):
                pass
            yield

    @contextmanager
    def every_worker_busy_but_waiting(self):
        """Let what is pressed wait for as long as the block lasts, or until told."""
        release, started = threading.Event(), threading.Semaphore(0)

        def slow():
            started.release()
            release.wait()

        for _ in range(PRESS_THREADS):
            assert self.router.rest.give(slow)
        for _ in range(PRESS_THREADS):
            assert started.acquire(timeout=PATIENCE)
        try:
            yield release
        finally:
            release.set()


def values(view, typed):
    """Return a modal's state in Slack's shape: block id -> action id -> state."""
    found = {}
    for block in view["blocks"]:
        element = block.get("element") or block.get("accessory") or {}
        action = element.get("action_id")
        if action is None:
            continue
        chosen = typed.get(action)
        found[block["block_id"]] = {action: _state(element, chosen)}
    return found


def _state(element, chosen):
    kind = element["type"]
    if kind == "users_select":
        return {"type": kind, "selected_user": chosen or element.get("initial_user")}
    if "options" in element:
        options = [o for o in element["options"] if o["value"] == chosen]
        option = options[0] if options else element.get("initial_option")
        return {"type": kind, "selected_option": option}
    return {"type": kind, "value": chosen or element.get("initial_value")}


def until(found, why, seconds=PATIENCE):
    """Wait for something that another thread does; `why` may be asked for at the end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.005)
    raise AssertionError(why() if callable(why) else why)


@contextmanager
def opened(
    space,
    store,
    config,
    clock,
    *,
    seams=None,
    platform=None,
    tick=0.2,
    silent=NEVER,
):
    """Open the house, and close it whatever happens.

    Nobody gives up before a test does, unless the test is about that: the fake answers
    from the same process, which a busy machine may let wait for seconds.
    """
    clients = connect(config.slack, timeout=PATIENCE)
    platform = platform or FakeReplier(now=clock)
    replies = Replies(store, {"fake": platform}, config, clock)
    sender = SlackSender(clients.bot, config, config.slack, store.slack, clock)
    desk = Desk(
        store=store,
        replies=replies,
        config=config,
        settings=config.slack,
        client=clients.bot,
        people=sender.people,
        channels=sender.channels,
        now=clock,
        seams=seams or Seams(),
    )
    router = route(lambda: desk, clients.bot)
    told: list[tuple[str, str]] = []
    counted = Counted(router)
    socket = Socket(
        clients.app,
        counted,
        lambda key, text: told.append((key, text)),
        tick,
        apart=0,
        silent=silent,
    )
    deliverer = Deliverer(store, sender, config, clock)
    house = House(
        space,
        store,
        replies,
        platform,
        deliverer,
        router,
        socket,
        People(space),
        counted,
        clock,
        told,
    )
    socket.start()
    try:
        house.connected()
        yield house
    finally:
        socket.stop()
        # Another house on this Slack must not find its presses handed to this one.
        until(lambda: not space.sockets._live, house.known)
