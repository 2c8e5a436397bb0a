"""The digest by e-mail: the HTML page with its charts inline, and a plain text.

Mail programs show no SVG, so the charts are PNG parts named by Content-ID (RFC 2392).
"""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import escape

from connectors import Refused, Unavailable
from monitor.config.model import Email
from monitor.digest import findings, words
from monitor.digest.charts import Chart
from monitor.digest.page import page
from monitor.digest.report import Report


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends one message over SMTP. One call, one try."""

    settings: Email

    def send(self, message: EmailMessage) -> Sequence[str]:
        """Hand the message to the mail server; return the addresses it would not take.

        Raises:
            Unavailable: the server cannot be reached or says "later"; `unclear` if the
                connection broke after the message was on its way.
            Refused: it does not take our login, the sender or every recipient.
        """
        given = self.settings
        where = f"mail server {given.host}"
        handed = taken = False
        refused: Sequence[str] = ()
        try:
            with self._connect() as server:
                if given.user and given.password:
                    server.login(given.user, given.password.get_secret_value())
                handed = True
                refused = list(server.send_message(message))
                taken = True
        except OSError as e:  # smtplib's own errors are such
            if not taken:
                raise _translated(where, e, unclear=handed) from None
        # However rudely it hangs up: what it took is on its way.
        return refused

    def _connect(self) -> smtplib.SMTP:
        given = self.settings
        seconds = given.timeout.total_seconds()
        if given.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                given.host, given.port, timeout=seconds, context=context
            )
        server = smtplib.SMTP(given.host, given.port, timeout=seconds)
        if given.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server


def _translated(where: str, error: OSError, *, unclear: bool) -> Unavailable | Refused:
    match error:
        case smtplib.SMTPAuthenticationError():
            words = "refuses the login; check digest.email.user and password"
            return Refused(f"{where} {words}")
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return _answered(where, min(codes), "to every recipient")
        case smtplib.SMTPSenderRefused():
            return _answered(where, error.smtp_code, "to our sender")
        case smtplib.SMTPResponseException():
            return _answered(where, error.smtp_code, "to the message")
        case _:
            words = f"{where} cannot be reached ({type(error).__name__})"
            return Unavailable(words, unclear=unclear)


def _answered(where: str, code: int, what: str) -> Unavailable | Refused:
    """4xx: later, by itself. 5xx: never (RFC 5321, 4.2.1)."""
    said = f"{where} answered {code} {what}"
    return Unavailable(said) if code < 500 else Refused(said)


def letter(
    report: Report, charts: Sequence[Chart], settings: Email, now: datetime
) -> EmailMessage:
    """Return the e-mail of a report. The same report has the same Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{report.brand}: {words.title(report.period)}"
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Date"] = format_datetime(now)
    domain = settings.sender.rpartition("@")[2].strip("> ") or "everyreply"
    name = "".join(letter for letter in report.brand.casefold() if letter.isalnum())
    message["Message-ID"] = f"<digest.{name}.{report.period.label}@{domain}>"
    message.set_content(_plain(report))
    shown = tuple(
        Chart(one.name, one.title, one.alt, _picture(one), one.png) for one in charts
    )
    message.add_alternative(page(report, shown), subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    for chart in charts:
        html.add_related(  # type: ignore[union-attr]
            chart.png,
            "image",
            "png",
            cid=f"<{chart.name}>",
            filename=f"{chart.name}.png",
        )
    return message


def _picture(chart: Chart) -> str:
    return f'<img src="cid:{chart.name}" alt="{escape(chart.alt)}" width="100%">'


def _plain(report: Report) -> str:
    lines = [
        f"{report.brand}, {words.title(report.period)}",
        "",
        findings.headline(report),
        "",
        *report.notes,
        *(f"- {one}" for one in findings.findings(report)),
        "",
        "The figures are in the HTML part of this message.",
    ]
    return "\n".join(lines)
