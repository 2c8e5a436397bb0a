"""What ticks how often. The only user of APScheduler.

APScheduler only ticks: when a source is due, how often it failed and what it is owed
stand in the database, so a restart forgets nothing.
"""

import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connectors import ConnectorError
from monitor.app import App, read_config, rebuild
from monitor.config import ConfigErrors, Loaded, fingerprint
from monitor.housekeeping import Housekeeper
from monitor.pipeline import Watch
from sentiment import ModelError

log = logging.getLogger(__name__)
SPARE_THREADS = 4
POLL = "poll:"


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
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # One thread per source and some to spare: a slow source delays no other.
            executors={
                "default": ThreadPoolExecutor(SPARE_THREADS),
                "sources": ThreadPoolExecutor(max(len(app.watches), 32)),
            },
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": None,
            },
        )

    def run(self, stop: Event) -> None:
        """Work until `stop` is set, then finish what is under way."""
        self._every(self._tick, self._deliver, "deliver")
        self._every(self._tick * 10, self._reconcile, "reconcile")
        self._every(self._tick * 2, self._reload, "config")
        self._every(60, self._tell_silence, "silence")
        self._every(3600, self._erase, "retention")
        self._resume()
        self._watch_all()
        # At once too: a service that is restarted every hour would never erase.
        self._scheduler.add_job(lambda: _guarded("retention", self._erase))
        self._scheduler.start()
        log.info("watching %d sources", len(self._app.watches))
        stop.wait()
        log.info("stopping: finishing what is under way")
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        _guarded("deliver", self._deliver)

    def _every(self, seconds: float, job: Callable[[], object], name: str) -> None:
        self._scheduler.add_job(
            lambda: _guarded(name, job), "interval", seconds=seconds, id=name
        )

    def _resume(self) -> None:
        """Try what a person may have mended: paused sources, failed deliveries."""
        now = self._app.now()
        for watch in self._app.watches:
            self._app.store.sources.resume(watch.name, now)
        self._app.store.outbox.retry_failed(now)

    def _watch_all(self) -> None:
        """Have one job per source: never two polls of one source at a time."""
        wanted = {POLL + watch.name: watch for watch in self._app.watches}
        for job in self._scheduler.get_jobs():
            if job.id.startswith(POLL) and job.id not in wanted:
                job.remove()
        for job_id, watch in wanted.items():
            self._scheduler.add_job(
                self._poll,
                "interval",
                args=[watch],
                seconds=self._tick,
                id=job_id,
                executor="sources",
                replace_existing=True,
            )

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

    def _tell_silence(self) -> None:
        for name in self._housekeeper().tell_silence(w.name for w in self._app.watches):
            log.warning("%s is silent", name)

    def _erase(self) -> None:
        self._housekeeper().erase()

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
        self._app = rebuild(self._app, loaded)
        now = self._app.now()
        for source in loaded.config.sources:
            if old.get(source.name) != source:
                self._app.store.sources.forget_failure(source.name, now)
        self._resume()
        self._watch_all()

    def _tell(self, post_key: str, text: str) -> None:
        self._app.store.outbox.notice(post_key, text, self._app.now())


def _guarded(name: str, job: Callable[[], object]) -> None:
    """Run a job; what it raises is a defect of ours, told with its traceback."""
    try:
        job()
    except Exception:
        log.exception("%s failed; it is tried again", name)
