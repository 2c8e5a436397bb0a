"""Windows take whatever strangers, platforms and config.yaml put into them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import CanReply, Length
from monitor.cards import NoteKind
from monitor.config import Approval, SavedReply
from monitor.models import OpenModal, ReplyRow
from monitor.rules.declined import Declined
from monitor.slack import inputs, layout
from monitor.slack.inputs import Place
from monitor.slack.modals import close, frame, hand, reply
from monitor.slack.samples import WORST, worst_card, worst_notes
from monitor.store import Exchange
from tests.fakes.mentions import NOW, make_mention
from tests.fakes.slack import blocks, views
from tests.fakes.slack.pings import pings

META = inputs.meta(10**17, Place("U1", "T1", "C0123456789", "1795356000.000100"))


def worst(text=WORST):
    """Return every window with the same text wherever somebody else's may stand."""
    mention = make_mention(
        id=1, text=text, author=text, author_name=text, assignee=text, platform=text,
        url=f"https://a.example/{text}", hits=[[text, 0, 1]], language="en",
    )  # fmt: skip
    row = ReplyRow(
        id=1, mention_id=1, text=text, author=text, error=text,
        created_at=NOW, due_at=NOW,
    )  # fmt: skip
    other = OpenModal(view_id="V", mention_id=1, user_id="U", name=text, opened_at=NOW)
    saved = [SavedReply(name="n" * 75, text="t")] * 120
    draft = reply.Draft(
        mention=mention, brand=None, meta=META, text=text, length=Length(1, 280),
        history=[Exchange(mention, [row] * 3)] * 3, others=[other] * 9, saved=saved,
        approval=Approval(by=text or "x"), failed=row,
    )  # fmt: skip
    names = [f"{n} {text}"[:200] for n in range(120)]
    can = CanReply(ok=False, reason=text, url=f"https://a.example/{text}")
    return [
        reply.loading(META, text or "x"),
        reply.write(draft),
        reply.on_its_way(row, META, text),
        reply.by_hand(mention, None, can, META),
        frame.words("No", text),
        close.dismiss(mention, None, ["r" * 75] * 10, META),
        close.sentiment(mention, None, META),
        close.wrong(mention, None, text, META),
        hand.assign(mention, None, "U0123456", META),
        hand.escalate(mention, None, names, names[0], META),
        hand.edit(mention, None, row, text, META),
        hand.send_back(row, META),
        hand.track(names, text, text, META),
    ]


def test_worst_windows_are_ones_that_slack_takes():
    for view in worst():
        views.check(view)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_window_of_any_text_is_one_that_slack_takes_and_pings_nobody(text):
    for view in worst(text):
        views.check(view)
        assert pings({"text": "", "blocks": view["blocks"]}) == []


def test_refilled_window_is_one_that_slack_takes():
    view = worst()[1]

    refilled = view | {"blocks": reply.filled(view, WORST)}

    views.check(refilled)
    assert refilled["blocks"][-1]["block_id"] == "text:1"


@pytest.mark.parametrize("kind", NoteKind)
def test_worst_note_is_one_that_slack_takes_and_calls_only_whom_it_should(kind):
    note = worst_notes(worst_card(NOW), NOW)[kind]

    message = layout.thread(note, WORST, ["U0123456", "S0123456"])

    blocks.check(message.blocks)
    called = pings({"text": message.text, "blocks": message.blocks})
    expected = [] if kind is NoteKind.REPLIED else ["@U0123456", "!subteam^S0123456"]
    assert called == expected


@pytest.mark.parametrize(
    "value", ["", "-1", "1.0", "x", "١", "1" * 19, " 1", "1\n", "0x1"]
)
def test_number_that_is_none_is_declined(value):
    with pytest.raises(Declined):
        inputs.number_of(value)


@pytest.mark.parametrize("meta", ["", "[]", "x", '"m"', "{}", '{"m": "x"}', "null"])
def test_window_whose_notes_were_tampered_with_is_declined(meta):
    view = {"id": "V1", "callback_id": "reply.submit", "blocks": []}
    with pytest.raises(Declined):
        inputs.form({"view": view | {"private_metadata": meta}, "user": {"id": "U1"}})
