"""What staff said a mention really feels like."""

import pytest

from sentiment import Label
from tests.store.helpers import keep_one


def test_correction_is_kept_beside_the_models_answer(store, clock):
    mention = keep_one(store)

    store.correct(mention.id, Label.POSITIVE, "ana", clock())

    found = store.mentions.get(mention.id)
    assert (found.sentiment, found.corrected) == (mention.sentiment, Label.POSITIVE)
    assert found.corrected_by == "ana"
    last = store.mentions.events(mention.id)[-1]
    assert (last.what, last.actor) == ("corrected", "ana")
    assert store.audit().adds_up


def test_corrections_come_with_text_and_the_models_answer(store, clock):
    mention = keep_one(store)
    store.correct(mention.id, Label.POSITIVE, "ana", clock())
    store.correct(mention.id, Label.NEUTRAL, "ben", clock())

    [one] = store.corrections()

    assert (one.text, one.label, one.actor) == (mention.text, Label.NEUTRAL, "ben")
    assert one.answer == mention.sentiment
    assert one.kind is mention.kind


def test_correction_of_no_mention_is_told(store, clock):
    with pytest.raises(LookupError, match="no mention 99"):
        store.correct(99, Label.POSITIVE, "ana", clock())
