"""A platform that lists the brand's own answers, and lets posts be looked at again."""

from dataclasses import dataclass, field, replace

from connectors import OwnerReply, OwnReplies, OwnReply, Rechecked
from tests.fakes.connector import FakeConnector


@dataclass
class AnsweringConnector(FakeConnector):
    """`answers` are listed page by page; `gone` are the posts no longer there.

    `reach` is how many posts a look comes to before the platform breaks off.
    """

    answers: list[OwnReply] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    answer_page: int = 100
    recheck_limit: int = 100
    reach: int | None = None
    answer_error: Exception | None = None
    recheck_error: Exception | None = None
    looks: int = 0

    def answer(self, post_id, text="Sorry!", *, at, **more):
        """Answer a post natively, as somebody of the brand would."""
        given = {"id": f"r{len(self.answers) + 1}", "author": "Help"} | more
        reply = OwnerReply(text=text, posted_at=at, **given)
        self.answers.append(OwnReply(post_id, reply))
        return reply

    def edit(self, post_id, **changes):
        """Change a post where it stands: no poll shows it again."""
        self.posts = [
            replace(post, **changes) if post.id == post_id else post
            for post in self.posts
        ]

    def own_replies(self, cursor):
        self.looks += 1
        if self.answer_error:
            raise self.answer_error
        seen = int((cursor or {}).get("answers", 0))
        to = min(seen + self.answer_page, len(self.answers))
        return OwnReplies(
            self.answers[seen:to], {"answers": to}, to < len(self.answers)
        )

    def recheck(self, targets):
        if self.recheck_error:
            raise self.recheck_error
        assert len(targets) <= self.recheck_limit
        ids = [target.id for target in targets]
        self.asked.append(ids)
        left = [] if self.reach is None else ids[self.reach :]
        seen = [id_ for id_ in ids if id_ not in left]
        posts = [p for p in self.posts if p.id in seen and p.id not in self.gone]
        return Rechecked(posts, {i: self.gone[i] for i in seen if i in self.gone}, left)
