from connectors import Kind
from monitor.rules.text_kind import TEXT_KINDS
from sentiment import TextKind


def test_every_kind_of_post_is_judged_as_some_kind_of_text():
    assert set(TEXT_KINDS) == set(Kind)


def test_a_kind_that_the_model_knows_is_judged_as_itself():
    assert {kind: TEXT_KINDS[Kind(kind)] for kind in TextKind} == {
        kind: kind for kind in TextKind
    }
