"""One simulated day: people write, staff answer, the program dies and lives on."""

import logging
from contextlib import ExitStack
from datetime import timedelta
from random import Random

from monitor.app import build, open_store, read_config
from monitor.models import Status
from monitor.replies import TooLong, Unanswerable
from monitor.scheduler import Service
from monitor.store import Filter, Move, Overtaken
from tests.fakes.classifier import FakeClassifier
from tests.fakes.server import serving
from tests.faults.day import towns
from tests.faults.day.chaos import Chaos, LossyChannel
from tests.faults.day.clock import START, DayClock, Killed
from tests.faults.day.config import config_text
from tests.faults.day.live import KINDS
from tests.faults.day.towns import Written

HOURS = 24
SMALL_BUDGET = 0.60
TICK = timedelta(seconds=1)


class Journal(logging.Handler):
    """What was logged above debug, with tracebacks, as it would be read."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []
        self.defects = []

    def emit(self, record):
        line = logging.Formatter("%(name)s: %(message)s").format(record)
        self.lines.append(line)
        if record.exc_info:
            self.defects.append(line)


class Day:
    """The world of one seed, and the program's lives in it."""

    def __init__(self, seed, folder, database_url, setenv):
        self.dice = Random(seed)  # noqa: S311 - no secret
        self.clock = DayClock()
        self.channel = LossyChannel(dice=self.dice)
        self.classifier = FakeClassifier()
        self.folder, self.url, self.setenv = folder, database_url, setenv
        self.towns = []
        self.chaos = {}
        self.submitted = []
        self.refused_at_once = []
        self.lives = self.kills = 0
        self.spent = []
        self.count = 0
        self._things = ExitStack()

    def __enter__(self):
        with self._things:
            for make in KINDS:
                self._found(make)
            self.small = self._found(_small)
            self.events = self._planned()
            self._configure()
            self.start()
            self._things = self._things.pop_all()
        return self

    def __exit__(self, *_):
        self.store.close()
        self._things.close()

    def _found(self, make):
        server = self._things.enter_context(serving())
        town = make(server, self.clock)
        chaos = Chaos(server.answer, self.dice, self.clock, self._go_on)
        server.answer = chaos
        self.towns.append(town)
        self.chaos[town.name] = chaos
        return town

    # What the operator does

    def _configure(self, **small):
        settings = [town.settings() for town in self.towns]
        settings[-1] |= small
        text, env = config_text(settings, self.url)
        for name, value in env.items():
            self.setenv(name, value)
        self.config = self.folder / "config.yaml"
        self.config.write_text(text)

    def raise_the_small_budget(self):
        self._configure(budget=50)

    def start(self):
        """Start the program, over the database that the last life left."""
        loaded = read_config(self.config, needs_secrets=True)
        self.store = open_store(loaded.config)
        self.app = build(
            loaded, self.store, self.channel, self.clock, classifier=self.classifier
        )
        self.service = Service(self.app, self.config, TICK)
        self.service.resume()
        self.lives += 1

    def restart(self):
        self.store.close()
        self.start()

    # What time brings

    def live(self):
        """Let a day pass, with all its faults."""
        end = START + timedelta(hours=HOURS)
        next_restart = START
        while self.clock.peek() < end:
            if self.clock.peek() >= next_restart:
                self._new_hour()
                next_restart = self.clock.peek() + timedelta(
                    minutes=self.dice.randint(40, 80)
                )
            self.round()
            self._staff()
            self.clock.advance(seconds=self.dice.randint(60, 900))
            self._go_on()

    def settle(self, hours):
        """Let time pass in which nothing is written and nothing goes wrong."""
        self.channel.calm = True
        for chaos in self.chaos.values():
            chaos.calm = True
        end = self.clock.peek() + timedelta(hours=hours)
        while self.clock.peek() < end:
            self.round()
            self.clock.advance(minutes=60)

    def round(self):
        for town in self.towns:
            town.tick()
        try:
            self.service.round()
        except Killed:
            self.kills += 1
            self.restart()
        self.clock.looks_left = None
        self.spent.append(self._spent())

    def _new_hour(self):
        """Stop and start, or be killed somewhere in the next round, if it is long enough."""
        if self.dice.random() < 0.5:
            self.restart()
        else:
            self.clock.kill_after(self.dice.randint(1, 80))
        if self.dice.random() < 0.5:
            some = self.chaos[self.dice.choice(sorted(self.chaos))]
            some.break_down(self.dice.randint(3, 40))

    def _spent(self):
        meter = self.store.meter(self.small.name, self.clock.peek)
        return meter.spent(START.date()) / 1e6

    # What people write

    def _planned(self):
        """Draw when what happens where: bursts, and hours in which nothing does."""
        events = []
        for town in self.towns:
            for _ in range(5):
                start = START + timedelta(minutes=self.dice.randrange(HOURS * 60 - 60))
                size = self.dice.choice((1, 3, 12))
                spread = self.dice.choice((30, 3600))
                for _ in range(size):
                    at = start + timedelta(seconds=self.dice.uniform(0, spread))
                    events.append((at, town, self._somebody_posts))
            for what in (self._author_edits, self._author_deletes, self._brand_answers):
                for _ in range(7):
                    at = START + timedelta(minutes=self.dice.randrange(HOURS * 60))
                    events.append((at, town, what))
        return sorted(events, key=lambda event: event[0], reverse=True)

    def _go_on(self):
        """Do what was to happen by now."""
        now = self.clock.peek()
        while self.events and self.events[-1][0] <= now:
            at, town, what = self.events.pop()
            town.tick()
            what(town, at)

    def _somebody_posts(self, town, at):
        text = self._words()
        post_id = town.publish(f"user{self.dice.randrange(60)}", text, at, self.dice)
        town.written[post_id] = Written(post_id, at, [text])

    def _author_edits(self, town, at):
        for post in self._some(town, at):
            text = self._words(about_us=True)
            town.edit(post, text, at, self.dice)
            post.texts.append(text)
            post.edited_at = at

    def _author_deletes(self, town, at):
        for post in self._some(town, at):
            town.delete(post)
            post.deleted_at = at

    def _brand_answers(self, town, at):
        if not town.answers:
            return
        for post in self._some(town, at):
            if post.replied and town.overwrites:
                continue  # a person who sees an answer there does not write another
            text = f"Sorry, says a colleague ({self._number()})."
            town.answer(post, text, at)
            post.natives.append((text, at))

    def _some(self, town, at):
        """Yield one post that stands there and names us, if any does."""
        posts = [
            post
            for post in town.written.values()
            if "acme" in post.texts[-1] and post.at < at and not post.deleted_at
        ]
        if posts:
            recent = posts[-15:]
            yield self.dice.choice(recent)

    def _words(self, *, about_us=False):
        """Return a text like no other; `strange` marks a stranger's words."""
        brand = "acme" if about_us or self.dice.random() < 0.85 else "nobody"
        feeling = self.dice.choice(("is bad", "is good", "exists", "why?"))
        return f"{brand} {feeling} strange{self._number()}"

    def _number(self):
        self.count += 1
        return f"{self.count:05}"

    # What staff do

    def _staff(self):
        for mention in self.store.mentions.find(Filter(status=Status.OPEN), 40):
            chance = self.dice.random()
            if chance < 0.06:
                self._reply(mention)
            elif chance < 0.065:
                move = Move(Status.DISMISSED, "ann", "no_reply_needed")
                self.store.move(mention.id, mention.status, move, self.clock.peek())

    def _reply(self, mention):
        text = f"Thank you, says staff ({self._number()})."
        try:
            row = self.app.replies.submit(mention.id, text, "ann")
        except (Unanswerable, TooLong) as e:
            self.refused_at_once.append(str(e))
        except Overtaken:
            return
        else:
            post = self.town_of(mention).written[mention.post_id]
            post.replied = True
            self.submitted.append((row.id, mention.post_id, mention.source, text))

    def town_of(self, mention):
        return next(town for town in self.towns if town.name == mention.source)


def _small(server, clock):
    """An X whose month's budget does not last the day; cheap pages, so that it can be
    spent nearly to the end."""
    cheap = {"authors": False, "references": False}
    return towns.XTown(server, clock, "x-small", budget=SMALL_BUDGET, **cheap)
