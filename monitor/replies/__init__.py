"""Everything about answering: what people ask for, and what is sent of it.

No reply is made here: each is a person's, word for word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors import CanReply, Connector, Length
from monitor.config import Config
from monitor.models import Mention, ReplyRow, ReplyState
from monitor.replies.answerable import Answerable, TooLong, Unanswerable
from monitor.replies.sending import PATIENCE, STALE, Sending
from monitor.rules import outcome
from monitor.rules.declined import Declined
from monitor.rules.text import fit
from monitor.store import Exchange, Settled, Store


class SamePerson(Declined):
    """Nobody approves their own reply."""

    def __init__(self, reply: ReplyRow) -> None:
        super().__init__(f"{reply.author} wrote it; somebody else must decide on it")


@dataclass(frozen=True, slots=True)
class Replies:
    """What people and the scheduler can ask for. `connectors` are by source name."""

    store: Store
    connectors: Mapping[str, Connector]
    config: Config
    now: Callable[[], datetime]

    def can_reply(self, mention: Mention) -> CanReply:
        """Say whether a mention can be answered from here now, or why not and where."""
        return self._answerable.can_reply(mention)

    def measure(self, mention: Mention, text: str) -> Length | None:
        """Return a reply's length as its platform counts; None: it takes none."""
        return self._answerable.measure(mention, text)

    def submit(
        self, mention_id: int, text: str, actor: str, *, needs_approval: bool = False
    ) -> ReplyRow:
        """Take a person's reply, to be sent or to be approved first.

        Raises:
            Overtaken: the mention is no longer open, or a reply is under way.
            Unanswerable, TooLong: what the platform does not take.
            LookupError: there is no such mention.
            ValueError: the text is empty.
        """
        mention = self.store.replies.check_free(mention_id)
        words = self._answerable.checked(mention, text)
        return self.store.replies.submit(
            mention_id, words, _person(actor), self.now(), awaits=needs_approval
        )

    def approve(
        self, reply_id: int, approver: str, text: str | None = None
    ) -> ReplyRow:
        """Let a reply go out, as it is or as the approver changed it.

        Raises:
            SamePerson: the approver wrote it.
            Settled: it does not await approval any more.
            Overtaken: the mention was closed meanwhile.
            Unanswerable, TooLong, LookupError, ValueError: as `submit`.
        """
        row = self._awaiting(reply_id, approver)
        mention = self.store.mentions.get(row.mention_id)
        if mention is None:
            raise LookupError(f"there is no mention {row.mention_id}")
        words = self._answerable.checked(mention, row.text if text is None else text)
        said = outcome.approved(row, approver.strip(), words, self.now())
        return self.store.replies.decide(row, said, self.now(), to_send=True)

    def send_back(self, reply_id: int, approver: str, reason: str) -> ReplyRow:
        """Give a reply back to its author; the mention stays open.

        Raises:
            SamePerson, Settled, LookupError: as `approve`.
            ValueError: no reason is given.
        """
        row = self._awaiting(reply_id, approver)
        if not reason.strip():
            raise ValueError("a reply is sent back for a reason; say which")
        said = outcome.sent_back(row, approver.strip(), reason.strip())
        return self.store.replies.decide(row, said, self.now())

    def withdraw(self, reply_id: int, actor: str) -> ReplyRow:
        """Take a reply back that nobody has begun to send.

        Raises:
            Settled: it is being sent, or past that.
            LookupError: there is no such reply.
        """
        row = self._get(reply_id)
        if row.state not in (ReplyState.AWAITING, ReplyState.QUEUED):
            raise Settled(row)
        said = outcome.withdrawn(row, _person(actor))
        return self.store.replies.decide(row, said, self.now())

    def answered_elsewhere(
        self, mention_id: int, actor: str, url: str | None = None
    ) -> None:
        """Close a mention that a person answered by hand ("I replied there").

        Raises:
            Overtaken: it is no longer open, or a reply is on its way.
            LookupError: there is no such mention.
            ValueError: the link is none.
        """
        link = (url or "").strip()
        if link and not link.lower().startswith(("https://", "http://")):
            raise ValueError("paste the whole link to the reply, https://...")
        said = outcome.by_hand(_person(actor), fit(link) or None, self.now())
        self.store.replies.answered(mention_id, said, self.now())

    def history(self, author: str, platform: str, limit: int = 5) -> Sequence[Exchange]:
        """Return earlier mentions of an author with our replies, newest first."""
        return self.store.replies.history(platform, author, limit)

    def send(self, limit: int = 20, source: str | None = None) -> int:
        """Send what is due, of one source or all, up to `limit` each; count them."""
        return self._sending.send(limit, source)

    def reconcile(self) -> int:
        """Settle replies whose outcome is unclear; return how many.

        Those that nobody would ever send are given back to their people.
        """
        self._sending.give_back()
        return self._sending.reconcile()

    @property
    def _answerable(self) -> Answerable:
        return Answerable(self.connectors, self.config)

    @property
    def _sending(self) -> Sending:
        return Sending(self.store, self._answerable, self.now)

    def _awaiting(self, reply_id: int, approver: str) -> ReplyRow:
        row = self._get(reply_id)
        if _person(approver).casefold() == row.author.casefold():
            raise SamePerson(row)
        if row.state != ReplyState.AWAITING:
            raise Settled(row)
        return row

    def _get(self, reply_id: int) -> ReplyRow:
        row = self.store.replies.get(reply_id)
        if row is None:
            raise LookupError(f"there is no reply {reply_id}")
        return row


def _person(name: str) -> str:
    if not name.strip():
        raise ValueError("a reply needs the name of a person")
    return name.strip()


__all__ = [
    "PATIENCE",
    "STALE",
    "Replies",
    "SamePerson",
    "TooLong",
    "Unanswerable",
]
