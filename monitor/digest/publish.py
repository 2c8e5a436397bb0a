"""Make the digests that are due, owe them to Slack, and send them by e-mail.

Row first: a digest is kept together with the messages it owes, in one transaction, so
that of two processes, and after a crash, one digest goes out.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from connectors import Refused, Unavailable
from monitor.config import Brand, Config
from monitor.digest.build import Question, row_of
from monitor.digest.files import Made, make
from monitor.digest.mail import Mailer, letter
from monitor.digest.message import Message, messages
from monitor.digest.period import Period
from monitor.digest.schedule import due
from monitor.models import Delivery, DigestRow
from monitor.store import OwedMessage, Store

log = logging.getLogger(__name__)
MAIL_AGAIN = timedelta(minutes=10)
"""How long an e-mail waits whose server could not be reached."""
MAIL_LASTS = timedelta(minutes=15)
"""After this long a begun e-mail has no end to wait for: its process was stopped."""
LETTER = "digest.eml"


class AlreadySent(Exception):
    """This brand and week had its digest."""

    def __init__(self, row: DigestRow) -> None:
        super().__init__(
            f"the digest of {row.brand} for {row.first} to {row.last} was made "
            f"{row.made_at:%d %b %H:%M} UTC already; without --send its files are "
            "written anew"
        )


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes each brand's digest once per week. All that it knows stands in rows."""

    store: Store
    config: Config
    now: Callable[[], datetime]

    def run(self) -> int:
        """Publish what is due, and mail what is not mailed; return how many were made."""
        self._settle()
        made = sum(self._publish_due(brand) for brand in self.config.brands)
        self.mail()
        return made

    def _settle(self) -> None:
        """Note which digests came out in Slack, and which never will."""
        for row in self.store.digests.unsent():
            top = self.store.outbox.of(key_of(row.brand, row.first, row.last))
            if top is None:
                continue
            if top.state is Delivery.SENT:
                self.store.digests.settle(row.id or 0, top.sent_at or self.now())
            elif top.state is Delivery.DROPPED:
                self.store.digests.settle(row.id or 0, None, top.error)

    def _publish_due(self, brand: Brand) -> bool:
        settings = self.config.digest
        if not (brand.reply and settings.send):
            return False
        began = self.store.digests.began_at()
        period = due(self.now(), brand.time_zone, settings, began)
        if period is None or self._found(brand, period):
            return False
        try:
            self.publish(brand, period)
        except AlreadySent:
            return False  # another process was faster
        except OSError as e:
            words = f"the digest of {brand.name} cannot be written: {e}"
            self._tell(f"digest-folder:{brand.name}:{period.label}", words)
            return False
        log.info("the digest of %s for %s is made", brand.name, period.label)
        return True

    def publish(self, brand: Brand, period: Period) -> Made:
        """Make a digest, keep it and owe its messages.

        Raises:
            AlreadySent: there is one of that brand and period.
            OSError: its files cannot be written.
        """
        if found := self._found(brand, period):
            raise AlreadySent(found)
        now = self.now()
        asked = Question(self.store, self.config, brand, period, now)
        made = make(asked, Path(self.config.digest.out))
        self._write_letter(made, now)
        row = row_of(made.report, now)
        # Owed now or never: an e-mail set up later does not bring back old digests.
        row.mail_after = now if self.config.digest.email else None
        row.folder = str(made.folder.relative_to(self.config.digest.out))
        owed = list(_owed(made, self._channel(brand)))
        if self.store.digests.keep(row, owed) is None:
            raise AlreadySent(row)
        return made

    def mail(self) -> None:
        """Send what is to be mailed, each once; what is unclear is told, not repeated."""
        settings = self.config.digest.email
        if settings is None:
            return
        mailer = Mailer(settings)
        now = self.now()
        for row in self.store.digests.cut_off_mail(now - MAIL_LASTS):
            words = "may or may not have been mailed: Everyreply was stopped meanwhile"
            self._give_up(row, words)
        for row in self.store.digests.to_mail(now):
            if self.store.digests.begin_mail(row.id or 0, now):
                self._mail(row, mailer)

    def _mail(self, row: DigestRow, mailer: Mailer) -> None:
        path = Path(self.config.digest.out) / row.folder / LETTER
        try:
            content = path.read_bytes()
        except OSError as e:
            self._give_up(row, f"is not mailed: {path} is gone ({type(e).__name__})")
            return
        try:
            refused = mailer.send(message_from_bytes(content, policy=policy.SMTP))
        except Unavailable as e:
            if e.unclear:
                self._give_up(row, f"may or may not have been mailed: {e}")
            else:
                self._postpone(row, e)
        except Refused as e:
            self._give_up(row, f"is not mailed: {e}")
        else:
            self.store.digests.mailed(row.id or 0, self.now())
            if refused:
                who = ", ".join(refused)
                self._tell(f"digest-mail:{row.id}", f"{_what(row)} did not go to {who}")

    def _postpone(self, row: DigestRow, error: Unavailable) -> None:
        self.store.digests.postpone_mail(row.id or 0, self.now() + MAIL_AGAIN)
        words = f"{_what(row)} is not mailed yet: {error}; it is tried again"
        self._tell(f"digest-mail-waits:{row.id}", words)

    def _give_up(self, row: DigestRow, words: str) -> None:
        """Have a person look: what may have gone out is not sent twice."""
        self.store.digests.give_up_mail(row.id or 0, words)
        self._tell(f"digest-mail:{row.id}", f"{_what(row)} {words}")

    def _write_letter(self, made: Made, now: datetime) -> None:
        settings = self.config.digest.email
        if settings is not None:
            content = bytes(letter(made.report, made.charts, settings, now))
            (made.folder / LETTER).write_bytes(content)

    def _found(self, brand: Brand, period: Period) -> DigestRow | None:
        return self.store.digests.of(brand.name, period.first, period.last)

    def _channel(self, brand: Brand) -> str | None:
        return self.config.digest.channel or brand.channel

    def _tell(self, key: str, words: str) -> None:
        log.warning("%s", words)
        self.store.outbox.notice(key, words, self.now())


def key_of(brand: str, first: date, last: date) -> str:
    """Return the key under which a digest's message goes out."""
    return f"digest:{brand}:{first}:{last}"


def _what(row: DigestRow) -> str:
    return f"the digest of {row.brand} for {row.first} to {row.last}"


def _owed(made: Made, channel: str | None) -> Sequence[OwedMessage]:
    """Return the messages a digest owes: itself, then its thread."""
    report = made.report
    shown = messages(report, made.charts)
    top = key_of(report.brand, report.period.first, report.period.last)
    pictures = {name: str(path.resolve()) for name, path in made.pictures.items()}
    where = {"channel": channel, "brand": report.brand}
    body = where | _body(shown.top) | {"files": pictures, "html": str(made.html)}
    thread = [
        OwedMessage(f"{top}:{n}", where | _body(message) | {"under": top})
        for n, message in enumerate(shown.thread, start=1)
    ]
    return [OwedMessage(top, body), *thread]


def _body(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)}
