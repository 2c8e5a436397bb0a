"""A bounded pool of threads: what does not fit is refused at once, never forgotten."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeAlias

log = logging.getLogger(__name__)
Job: TypeAlias = Callable[[], object]


class Workers:
    """Threads that do jobs in their order. A job's failure ends no thread."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._jobs: queue.Queue[Job | None] = queue.Queue(waiting)
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]
        self._closed = False
        for thread in self._threads:
            thread.start()

    def give(self, job: Job) -> bool:
        """Have a job done soon; False: there is no room, or it is closing."""
        if self._closed:
            return False
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            return False
        return True

    def idle(self) -> bool:
        """Say whether nothing waits and nothing is being done."""
        return self._jobs.unfinished_tasks == 0

    def close(self) -> None:
        """Finish what was taken, then end."""
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:
                log.exception("a job met a defect")
            finally:
                self._jobs.task_done()
