from datetime import UTC, datetime, timedelta

import pytest

from connectors import Author, Kind, OwnerReply
from monitor.config import Priority, Spam
from monitor.models import Reason, Status
from monitor.rules.decide import ENDS, Known, decide
from tests.fakes.connector import EPOCH
from tests.rules.helpers import NEGATIVE, NO_LANGUAGE, POSITIVE, candidate

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
LINK = "acme giveaway https://spam.example"


def decided(*args, **more):
    return decide(candidate(*args, **more), NOW)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"text": ""},
        {"text": "", "rating": 5, "kind": Kind.REVIEW},
        {"sentiment": POSITIVE},
        {"sentiment": NEGATIVE},
        {"rating": 5},
        {"followers": 0},
        {"author": ""},
        {"lang": None, "sentiment": NO_LANGUAGE, "brand": {"languages": ("en",)}},
        {"lang": "zh"},
        {"text": LINK},
        {"text": LINK, "known": Known(copies=1)},
        {"text": "acme", "known": Known(copies=9)},
        {"known": Known(earlier=99)},
        {"parent_id": "7"},
        {"excluded": ()},
        {"hits": ()},
    ],
    ids=str,
)
def test_default_answer_is_yes_it_needs_a_reply(more):
    decision = decided(**more)

    assert decision.status is Status.OPEN
    assert decision.reason is Reason.NEEDS_REPLY
    assert decision.due_at > NOW
    assert decision.why


# Each row keeps what the rows before it end for: the first end that applies wins.
ENDINGS = {
    Reason.OWN_POST: (
        {"author": "Acme", "brand": {"handles": {"fake": ("@acme",)}}},
        "written by our own account Acme",
    ),
    Reason.WATCH_ONLY: (
        {"brand": {"reply": False}},
        "Acme is only watched (reply: false)",
    ),
    Reason.REPOST: ({"is_repost": True}, "a repost of somebody else's words"),
    Reason.EXCLUDED: ({"excluded": ("jobs", "hiring")}, 'excluded by "jobs"'),
    Reason.BLOCKED_AUTHOR: (
        {"config": {"spam": Spam(blocked_authors={"fake": ("Acme",)})}},
        "its author is blocked",
    ),
    Reason.SPAM_COPY: ({"text": LINK, "known": Known(copies=2)}, "copy 3 of one text with a link"),
    Reason.OTHER_LANGUAGE: (
        {"lang": "fr", "brand": {"languages": ("en", "de")}},
        "written in fr; we answer in en, de",
    ),
    Reason.HISTORY: (
        {"known": Known(history=EPOCH + timedelta(days=1))},
        "posted before 2026-01-02, where this source begins",
    ),
}  # fmt: skip


def test_every_end_has_its_row_here_in_its_order():
    assert list(ENDINGS) == list(ENDS)


@pytest.mark.parametrize("reason", ENDINGS)
def test_end_is_told_in_words_and_owes_no_reply(reason):
    more, note = ENDINGS[reason]

    decision = decided(**({"author": "Acme"} | more))

    assert decision.status is Status.NOT_OURS
    assert decision.reason is reason
    assert decision.note == note
    assert decision.due_at is None


@pytest.mark.parametrize("first", ENDINGS)
def test_of_several_ends_the_first_is_told(first):
    names = list(ENDINGS)
    together = {"author": "Acme", "brand": {}, "known": Known()}
    for reason in names[names.index(first) :]:
        more, _ = ENDINGS[reason]
        together |= {k: v for k, v in more.items() if k not in ("brand", "known")}
        together["brand"] = together["brand"] | more.get("brand", {})
    together["known"] = Known(copies=2, history=EPOCH + timedelta(days=1))

    assert decided(**together).reason is first


def test_ended_mention_keeps_its_priority_for_the_counts():
    decision = decided(rating=1, is_repost=True)

    assert decision.priority is Priority.HIGH
    assert decision.why == ("1 of 5 stars",)


@pytest.mark.parametrize("ours", ["acme", "@Acme", "u/ACME", "/u/acme"])
@pytest.mark.parametrize("theirs", ["acme", "@acme", "ACME", "u/Acme"])
def test_own_handle_is_known_however_it_is_written(ours, theirs):
    decision = decided(author=theirs, brand={"handles": {"Fake": (ours,)}})

    assert decision.reason is Reason.OWN_POST


def test_own_account_is_known_by_its_id_too():
    author = Author(handle="renamed", id="12345")
    one = candidate(brand={"handles": {"fake": ("12345",)}})
    post = type(one.post)(
        platform="fake",
        id="1",
        url="",
        author=author,
        text="acme",
        posted_at=EPOCH,
    )

    decision = decide(
        type(one)(post, one.match, one.sentiment, one.known, one.config), NOW
    )

    assert decision.reason is Reason.OWN_POST


@pytest.mark.parametrize(
    ("author", "handles"),
    [
        ("acme", {"elsewhere": ("acme",)}),
        ("acme_fan", {"fake": ("acme",)}),
        ("uacme", {"fake": ("acme",)}),
        ("", {"fake": ("acme",)}),
    ],
    ids=["another platform", "longer", "u without a stroke", "nobody"],
)
def test_stranger_with_a_similar_name_is_a_stranger(author, handles):
    assert decided(author=author, brand={"handles": handles}).status is Status.OPEN


@pytest.mark.parametrize(
    ("theirs", "ours", "is_ours"),
    [
        ("en", ("en",), True),
        ("EN-us", ("en",), True),
        ("pt-BR", ("pt",), True),
        ("pt_BR", ("pt",), True),
        ("pt", ("pt-BR",), True),
        ("pt-BR", ("pt-BR",), True),
        ("pt-PT", ("pt-BR",), False),
        ("zh-Hant-TW", ("zh-Hant",), True),
        ("de", ("en", "de"), True),
        ("de", (), True),
        ("eng", ("en",), False),
        ("fil", ("fi",), False),
        ("fr", ("en",), False),
        ("in", ("id",), True),
        ("iw", ("he",), True),
        ("und", ("en",), True),
        ("zxx", ("en",), True),
        ("qme", ("en",), True),
        ("art", ("en",), True),
        ("", ("en",), True),
        ("quz", ("en",), False),
    ],
)
def test_language_is_compared_as_far_as_both_say(theirs, ours, is_ours):
    decision = decided(lang=theirs, brand={"languages": ours}, sentiment=NO_LANGUAGE)

    assert (decision.status is Status.OPEN) == is_ours


def test_platforms_word_on_the_language_wins_over_ours():
    english_to_us = decided(lang="fr", brand={"languages": ("en",)})
    unknown_to_them = decided(lang="und", brand={"languages": ("fr",)})

    assert english_to_us.note == "written in fr; we answer in en"
    assert unknown_to_them.note == "written in en; we answer in fr"


@pytest.mark.parametrize(
    ("limit", "copies", "text", "is_spam"),
    [
        (3, 1, LINK, False),
        (3, 2, LINK, True),
        (3, 2, "acme giveaway", False),
        (1, 0, LINK, True),
        (0, 99, LINK, False),
    ],
)
def test_copies_are_spam_from_the_configured_one_on(limit, copies, text, is_spam):
    decision = decided(
        text, known=Known(copies=copies), config={"spam": Spam(copies=limit)}
    )

    assert (decision.reason is Reason.SPAM_COPY) == is_spam


def test_copy_of_what_a_person_called_spam_is_spam_without_a_link():
    decision = decided("acme", known=Known(spam_of=7))

    assert decision.note == "same text as mention 7, which is spam"


def test_post_of_the_first_day_is_work():
    decision = decided(posted_at=EPOCH, known=Known(history=EPOCH))

    assert decision.status is Status.OPEN


def reply(minutes, author="Acme Help"):
    return OwnerReply(
        text="Sorry!", posted_at=EPOCH + timedelta(minutes=minutes), author=author
    )


@pytest.mark.parametrize(
    ("edited", "status"),
    [(None, Status.ANSWERED), (5, Status.ANSWERED), (10, Status.ANSWERED),
     (11, Status.OPEN)],
)  # fmt: skip
def test_native_answer_counts_unless_the_post_changed_after_it(edited, status):
    when = None if edited is None else EPOCH + timedelta(minutes=edited)

    decision = decided(owner_reply=reply(10), edited_at=when)

    assert decision.status is status


def test_native_answer_is_told_with_its_author():
    assert decided(owner_reply=reply(1)).note == "answered by Acme Help on fake"
    assert decided(owner_reply=reply(1, None)).note == "answered by the brand on fake"


def test_deadline_starts_when_we_saw_it():
    decision = decided(sentiment=NEGATIVE)

    assert decision.priority is Priority.HIGH
    assert decision.due_at == NOW + timedelta(hours=4)
