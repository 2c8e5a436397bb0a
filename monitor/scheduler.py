"""What ticks how often. The only user of APScheduler.

APScheduler only ticks: when a source is due, how often it failed and what it is owed
stand in the database, so a restart forgets nothing.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connectors import Connector, ConnectorError, Noticer, Rechecker, Replier
from monitor.app import App, read_config, rebuild
from monitor.config import Config, ConfigErrors, Loaded, fingerprint
from monitor.deadlines import Deadlines
from monitor.deadlines.sender import Reminding
from monitor.digest.publish import Publisher
from monitor.housekeeping import Housekeeper
from monitor.notice import Noticing
from monitor.pipeline import Watch
from monitor.recheck import Rechecking
from monitor.store.sources import LONG_WAIT
from sentiment import ModelError

if TYPE_CHECKING:
    from monitor.slack.socket import Socket

log = logging.getLogger(__name__)
SPARE_THREADS = 4
JOBS_PER_SOURCE = 4


class NeedsRestart(Exception):
    """A change that a running service cannot follow."""


class Service:
    """The running bot: polls, delivers, looks after itself, until told to stop."""

    def __init__(self, app: App, config_path: Path, tick: timedelta) -> None:
        self._app = app
        self._path = config_path
        self._seen = app.fingerprint
        self._tick = tick.total_seconds()
        self._stopping = Event()
        self._socket: Socket | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # A thread for each job of a source: a slow source delays no other.
            executors={
                "default": ThreadPoolExecutor(SPARE_THREADS),
                "sources": ThreadPoolExecutor(
                    max(len(app.watches) * JOBS_PER_SOURCE, 32)
                ),
            },
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": None,
            },
        )

    def run(self, stop: Event) -> None:
        """Work until `stop` is set, then finish what is under way."""
        for name, seconds, job in self._jobs():
            self._every(seconds, job, name)
        self.resume()
        self._hurry()
        self._watch_all()
        # At once too: a service that is restarted every hour would never erase.
        self._scheduler.add_job(lambda: _guarded("retention", self._erase))
        self._scheduler.start()
        self._listen()
        log.info("watching %d sources", len(self._app.watches))
        stop.wait()
        log.info("stopping: finishing what is under way")
        self._stopping.set()
        self._hang_up()
        self._scheduler.shutdown(wait=True)
        _guarded("deliver", self._deliver)

    def round(self) -> None:
        """Do once, here and now, all that the ticks do: for one who has the clock.

        Each job in its turn, its defects told, as when the clock of the wall ticks.
        """
        for watch in self._app.watches:
            for kind, work in self._kinds(watch.connector):
                _guarded(f"{kind}:{watch.name}", partial(work, watch))
        for name, _, job in self._jobs():
            _guarded(name, job)

    def _jobs(self) -> Iterator[tuple[str, float, Callable[[], object]]]:
        """Yield what is done for all sources at once: its name, seconds between, job."""
        yield "deliver", self._tick, self._deliver
        yield "reconcile", self._tick * 10, self._reconcile
        yield "replies", self._tick * 10, self._settle_replies
        yield "deadlines", max(self._tick * 10, 1), self._remind
        yield "config", self._tick * 2, self._reload
        yield "silence", 60, self._tell_silence
        yield "digest", 60, self._publish
        yield "retention", 3600, self._erase

    def _listen(self) -> None:
        """Begin to hear what people press in Slack."""
        if self._app.config.slack is None:
            return
        # slack_sdk is needed by those alone who use Slack.
        from monitor.front import hearing

        self._socket = hearing(lambda: self._app)
        if self._socket is not None:
            self._socket.start()

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.stop()
            self._socket = None

    def _every(self, seconds: float, job: Callable[[], object], name: str) -> None:
        self._scheduler.add_job(
            lambda: _guarded(name, job), "interval", seconds=seconds, id=name
        )

    def resume(self) -> None:
        """Try what a person may have mended: paused sources, failed deliveries."""
        now = self._app.now()
        for watch in self._app.watches:
            self._app.store.sources.resume(watch.name, now)
        self._app.store.outbox.retry_failed(now)
        self._app.store.lanes.resume(now)

    def _hurry(self) -> None:
        """Try once, as we start, what was to wait long: a cap may be lifted by now."""
        store, now = self._app.store, self._app.now()
        for watch in self._app.watches:
            store.sources.hurry(watch.name, now)
        store.replies.hurry(now, now + LONG_WAIT)

    def _watch_all(self) -> None:
        """Have one job per source and kind: never two polls of one source at a time."""
        wanted = {
            f"{kind}:{watch.name}": (work, watch)
            for watch in self._app.watches
            for kind, work in self._kinds(watch.connector)
        }
        for job in self._scheduler.get_jobs():
            if ":" in job.id and job.id not in wanted:
                job.remove()
        for job_id, (work, watch) in wanted.items():
            self._scheduler.add_job(
                partial(_guarded, job_id, partial(work, watch)),
                "interval",
                seconds=self._tick,
                id=job_id,
                executor="sources",
                replace_existing=True,
            )

    def _kinds(
        self, connector: Connector
    ) -> Iterator[tuple[str, Callable[[Watch], object]]]:
        """Yield what is done for a source: what it can, each apart from the others."""
        yield "poll", self._poll
        if isinstance(connector, Replier):
            yield "reply", self._reply
        if isinstance(connector, Noticer):
            yield "notice", self._notice
        if isinstance(connector, Rechecker):
            yield "recheck", self._recheck

    def _reply(self, watch: Watch) -> None:
        self._app.replies.send(source=watch.name)

    def _notice(self, watch: Watch) -> None:
        Noticing(self._app.store, [watch], self._app.now).run()

    def _recheck(self, watch: Watch) -> None:
        app = self._app
        Rechecking(app.store, [watch], app.pipeline.renew, app.now).run()

    def _poll(self, watch: Watch) -> None:
        """Poll until the source has no more; a defect postpones it, aloud."""
        pipeline = self._app.pipeline
        while not self._stopping.is_set():
            try:
                done = pipeline.poll_if_due(watch)
            except ModelError as e:
                log.error("%s is asked later: %s", watch.name, e)  # noqa: TRY400 - the message names the remedy
                pipeline.postpone_after(watch, e)
                return
            except Exception as e:
                log.exception("polling %s failed", watch.name)
                pipeline.postpone_after(watch, e)
                return
            if done is None:
                return
            if done.recovered:
                log.info("%s answers again", watch.name)
            if done.seen:
                log.info(
                    "%s: %d posts, %d new mentions, %d open, %d set aside",
                    watch.name, done.seen, done.mentions, done.opened, done.set_aside,
                )  # fmt: skip

    def _deliver(self) -> None:
        self._app.deliverer.deliver()

    def _reconcile(self) -> None:
        self._app.deliverer.reconcile()

    def _settle_replies(self) -> None:
        self._app.replies.reconcile()

    def _tell_silence(self) -> None:
        for name in self._housekeeper().tell_silence(w.name for w in self._app.watches):
            log.warning("%s is silent", name)

    def _remind(self) -> None:
        app, speaks = self._app, self._app.deliverer.sender
        app.store.desk.wake(app.now())
        if isinstance(speaks, Reminding):
            Deadlines(app.store, speaks, app.config, app.now).run()

    def _publish(self) -> None:
        app = self._app
        Publisher(app.store, app.config, app.now).run()

    def _erase(self) -> None:
        self._housekeeper().erase()
        self._app.store.slack.forget(self._app.now() - timedelta(days=2))

    def _housekeeper(self) -> Housekeeper:
        return Housekeeper(self._app.store, self._app.config.retention, self._app.now)

    def _reload(self) -> None:
        """Apply a changed config.yaml; of an invalid one tell, and keep the old."""
        found = fingerprint(self._path)
        if found == self._seen:
            return
        self._seen = found
        if not found:
            words = (
                f"{self._path.name} is gone or unreadable; the last one stays in use"
            )
            log.error(words)
            self._tell(f"config:gone:{self._app.now().isoformat()}", words)
            return
        try:
            self._apply(read_config(self._path, needs_secrets=True))
        except (ConfigErrors, ConnectorError, ModelError, NeedsRestart) as e:
            log.error("the changed %s is not applied:\n%s", self._path.name, e)  # noqa: TRY400 - the faults are the message
            why = str(e)
        except Exception as e:
            log.exception("the changed %s is not applied", self._path.name)
            why = f"a defect ({type(e).__name__}); the log has its traceback"
        else:
            log.info("the changed %s is applied", self._path.name)
            return
        self._tell(f"config:{found}", f"the changed config is not applied: {why}")

    def _apply(self, loaded: Loaded) -> None:
        if loaded.config.database != self._app.config.database:
            raise NeedsRestart("database.url changed; restart everyreply to use it")
        old = {source.name: source for source in self._app.config.sources}
        is_same_line = _line(loaded.config) == _line(self._app.config)
        self._app = rebuild(self._app, loaded)
        if not is_same_line and self._scheduler.running:
            self._hang_up()
            self._listen()
        now = self._app.now()
        for source in loaded.config.sources:
            if old.get(source.name) != source:
                self._app.store.sources.forget_failure(source.name, now)
        self.resume()
        self._watch_all()

    def _tell(self, post_key: str, text: str) -> None:
        self._app.store.outbox.notice(post_key, text, self._app.now())


def _line(config: Config) -> object:
    """Return what a connection to Slack depends on."""
    slack = config.slack
    return slack and (slack.app_token, slack.bot_token, slack.api_base)


def _guarded(name: str, job: Callable[[], object]) -> None:
    """Run a job; what it raises is a defect of ours, told with its traceback."""
    try:
        job()
    except Exception:
        log.exception("%s failed; it is tried again", name)
