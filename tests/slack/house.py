"""The whole of what staff touch, in one process: our fake Slack, our fake platform."""

import threading
import time
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

PATIENCE = 30


@dataclass
class Counted:
    """A router that says how many envelopes it has dealt with."""

    router: Router
    done: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, *given):
        self.router.take(*given)
        with self.lock:
            self.done += 1

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

        return until(found, f"no window shows {callback}: {self.space.views}")

    # What a test waits for.

    def whispers(self, user: str, count: int = 1) -> list[str]:
        """Return what somebody was told alone, once there is so much."""

        def found():
            texts = [m["text"] for m in self.space.ephemeral if m["user"] == user]
            return texts if len(texts) >= count else None

        return until(found, "nothing was said")

    def settle(self) -> None:
        """Wait until everything that was handed over is done."""
        self.settle_windows()
        until(self.router.rest.idle, "work is left")

    def settle_windows(self) -> None:
        sent = len(self.space.sockets.envelopes)
        until(lambda: self.counted.done >= sent, "something was never taken")
        until(self.router.windows.idle, "a window is not filled")

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
    """Wait for something that another thread does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.005)
    raise AssertionError(why)


@contextmanager
def opened(space, store, config, clock, *, seams=None, platform=None, tick=0.2):
    """Open the house, and close it whatever happens."""
    clients = connect(config.slack, timeout=3)
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
        clients.app, counted, lambda key, text: told.append((key, text)), tick, apart=0
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
        assert space.sockets.wait_for(2)
        yield house
    finally:
        socket.stop()
