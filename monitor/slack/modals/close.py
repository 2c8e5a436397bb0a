"""Modals that close a card, or say what it really is."""

from collections.abc import Sequence

from monitor.config import Brand
from monitor.models import Mention
from monitor.slack.layout.message import Block
from monitor.slack.modals.frame import choice, modal, post, text_input, told
from sentiment import Label

DISMISS, SENTIMENT, WRONG = "dismiss.submit", "sentiment.submit", "wrong.submit"
REASON, OTHER, LABEL, WHY = "dismiss.reason", "dismiss.other", "label", "wrong.why"
WORDS = {
    Label.NEGATIVE: "Negative",
    Label.NEUTRAL: "Neutral",
    Label.POSITIVE: "Positive",
}


def dismiss(
    mention: Mention, brand: Brand | None, reasons: Sequence[str], meta: str
) -> Block:
    """Ask why no reply is needed: one of a short list, or in one's own words."""
    blocks = post(mention, brand)
    if reasons:
        options = [(str(number), words) for number, words in enumerate(reasons)]
        blocks.append(choice("Why not?", "reason", REASON, options, optional=True))
    other = text_input(
        "Or in your own words", "other", OTHER, optional=True, most=300, multiline=False
    )
    return modal(
        "No reply needed", DISMISS, meta, [*blocks, other], submit="Close the card"
    )


def sentiment(mention: Mention, brand: Brand | None, meta: str) -> Block:
    """Ask how a mention really feels."""
    shown = (mention.corrected or mention.sentiment).value
    options = [(label.value, words) for label, words in WORDS.items()]
    return modal(
        "Fix sentiment",
        SENTIMENT,
        meta,
        [
            *post(mention, brand),
            choice("How does it feel?", "label", LABEL, options, initial=shown),
            told("Your answer is kept and teaches the model."),
        ],
        submit="Save",
    )


def wrong(mention: Mention, brand: Brand | None, caught: str, meta: str) -> Block:
    """Show what caught a mention that is not about us, before it is put away."""
    return modal(
        "Not about us",
        WRONG,
        meta,
        [
            told(caught),
            *post(mention, brand),
            text_input(
                "What is it about?",
                "why",
                WHY,
                optional=True,
                most=300,
                multiline=False,
            ),
        ],
        submit="Put it away",
    )
