import pytest

from monitor.config import (
    Approval,
    Group,
    Person,
    Priority,
    SavedReply,
    SlackSettings,
)
from monitor.rules.press import (
    Presser,
    approval,
    decides,
    emails,
    handle,
    hindrance,
)
from monitor.rules.saved import filled, fitting, placed
from tests.fakes.mentions import make_mention

ANN = Person(email="ann@acme.example")
HERS, THEIRS = "ann@acme.example", "eve@acme.example"


@pytest.mark.parametrize(
    ("policy", "who", "words"),
    [
        ("workspace", Presser(THEIRS, is_ours=True), ""),
        ("workspace", Presser(THEIRS, is_ours=False), "workspace"),
        ("workspace", Presser("", is_ours=True), ""),
        ("workspace", Presser(HERS, is_ours=True, is_bot=True), "workspace"),
        ("people", Presser(HERS, is_ours=True), ""),
        ("people", Presser(THEIRS, is_ours=True), "list"),
        ("people", Presser("", is_ours=True), "list"),
        ("people", Presser(HERS, is_ours=False), "workspace"),
        ("channel", Presser(THEIRS, is_ours=True, in_channel=True), ""),
        ("channel", Presser(HERS, is_ours=True, in_channel=False), "members"),
        ("channel", Presser(HERS, is_ours=True), "members"),
        ("channel", Presser(HERS, is_ours=False, in_channel=True), "workspace"),
    ],
)
def test_who_may_press(policy, who, words):
    why = hindrance(policy, (ANN,), who)

    assert words in why if words else why == ""


EVERY = Approval(by="Leads")
URGENT = Approval(by="Leads", priorities=(Priority.URGENT,))
JUNIORS = Approval(by="Leads", juniors=True)
BOTH = Approval(by="Leads", priorities=(Priority.URGENT,), juniors=True)
BOLT = Approval(by="Leads", brands=("Bolt",))


@pytest.mark.parametrize(
    ("rule", "priority", "junior", "needed"),
    [
        (EVERY, Priority.LOW, False, True),
        (URGENT, Priority.URGENT, False, True),
        (URGENT, Priority.HIGH, True, False),
        (JUNIORS, Priority.LOW, True, True),
        (JUNIORS, Priority.URGENT, False, False),
        (BOTH, Priority.URGENT, False, True),
        (BOTH, Priority.LOW, True, True),
        (BOTH, Priority.LOW, False, False),
        (BOLT, Priority.URGENT, True, False),
    ],
)
def test_when_a_second_person_must_agree(rule, priority, junior, needed):
    found = approval((rule,), "Acme", priority, junior=junior)

    assert (found is rule) is needed


@pytest.mark.parametrize(
    ("rules", "priority", "who"),
    [
        ((JUNIORS,), Priority.LOW, JUNIORS),
        ((JUNIORS, URGENT), Priority.URGENT, URGENT),
        ((JUNIORS, URGENT), Priority.LOW, JUNIORS),
        ((BOLT,), Priority.LOW, None),
        ((), Priority.URGENT, None),
    ],
)
def test_who_decides_on_a_draft_that_waits(rules, priority, who):
    assert decides(rules, "Acme", priority) is who


def test_first_rule_that_fits_counts():
    first = Approval(by="ann@acme.example", brands=("Acme",))

    assert approval((BOLT, first, EVERY), "Acme", Priority.LOW, junior=False) is first


def test_name_stands_for_a_group_or_a_person(settings):
    assert emails(settings, "Leads") == (HERS,)
    assert emails(settings, HERS) == (HERS,)
    assert handle(settings, "Group") == "@leads"
    assert handle(settings, "Leads") is None


@pytest.fixture
def settings():
    return SlackSettings(
        bot_token="xoxb-1",  # noqa: S106 - opens nothing
        channel="#acme",
        people=(ANN,),
        groups=(
            Group(name="Leads", members=(HERS,)),
            Group(name="Group", handle="@leads"),
        ),
    )


@pytest.mark.parametrize(
    ("brands", "languages", "language", "fits"),
    [
        ((), (), "en", True),
        (("Acme",), (), "en", True),
        (("Bolt",), (), "en", False),
        ((), ("de",), "en", False),
        ((), ("de",), "de-CH", True),
        ((), ("de",), None, True),
    ],
)
def test_saved_reply_fits_its_brands_and_languages(brands, languages, language, fits):
    saved = SavedReply(name="s", text="t", brands=brands, languages=languages)

    assert bool(fitting((saved,), make_mention(language=language))) is fits


def test_saved_reply_is_filled_in_and_reads_nothing_else():
    saved = SavedReply(name="s", text="{author} {brand} {url} {me} {{me}}")
    mention = make_mention(author_name="{me} <b>")

    words = filled(saved, mention, "Bob")

    assert words == "{me} <b> Acme https://fake.example/1 Bob {me}"


@pytest.mark.parametrize(
    ("typed", "text"),
    [("", "new"), ("  ", "new"), ("old", "new"), ("mine", "mine\n\nnew")],
)
def test_pick_replaces_only_what_a_pick_put_there(typed, text):
    assert placed(typed, "new", ["old", "new"]) == text
