import io
from datetime import timedelta
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from connectors import Refused, Unavailable
from monitor.cards import card
from monitor.config import Brand
from monitor.console import LONGEST, ConsoleSender, draw
from monitor.deadlines import Paced, Reminding
from monitor.models import ReminderKind, Status
from monitor.rules.reminders import Word
from tests.fakes.mentions import NOW, make_mention

ANY_TEXT = st.text(st.characters(codec=None), max_size=300) | st.text(
    st.sampled_from("a \x00\x07\b\t\n\r\x1b[31m\x7f\x9b\u202e\u2028\ud800")
)


def printed(do, **settings):
    """Return what `do` makes the console print, without colour."""
    file = io.StringIO()
    do(ConsoleSender(Console(file=file, width=100, color_system=None, **settings)))
    return file.getvalue()


def alert(**values):
    shown = card(make_mention(**values), Brand(name="Acme"))
    return printed(lambda sender: sender.alert(shown, "alert:1"))


def flat(output):
    """Return the words of a panel without its frame and line breaks."""
    return "".join(output.replace("│", "").split())


def test_card_shows_everything_a_person_needs():
    output = alert(rating=1.0, edited_at=NOW)

    for words in (
        "HIGH", "Acme", "Post on fake by ann", "★☆☆☆☆", "(edited)", "acme is bad",
        "negative (90% sure) · en", "Why: sounds negative (90%) · matched \"acme\"",
        "reply due Mon 05 Jan 14:00 UTC", "https://fake.example/1",
        "05 Jan 2026 09:00 UTC",
    ):  # fmt: skip
        assert words in output


def test_review_without_words_says_so():
    assert "(no words, only stars)" in alert(text=" \n", hits=[])


def test_closed_mention_shows_its_end_and_no_deadline():
    output = alert(status=Status.DISMISSED, reason="praise", closed_by="Bob")

    assert "no reply needed, says Bob: praise" in output
    assert "reply due" not in output


@pytest.mark.parametrize(
    "text",
    [
        "[bold red]hi[/bold red]", "[/]", "[link=https://a.example]x[/link]",
        "<!channel> <@U123> @everyone", ":smile: :warning:", "{0} %s \\n",
    ],
)  # fmt: skip
def test_markup_and_broadcasts_are_shown_literally(text):
    output = alert(text=text, hits=[], author=text, author_name=text)

    assert flat(output).count("".join(text.split())) == 3


def test_terminal_codes_and_turned_text_are_taken_out():
    output = alert(text="\x1b[2J\x1b]0;title\x07 \u202eevil\u202c", hits=[])

    assert "�[2J�]0;title� �evil�" in output


def test_long_text_is_cut_and_says_so():
    output = alert(text="z" * 100_000, hits=[["acme", 99_999, 100_000]])

    assert output.count("z") == LONGEST
    assert "…" in output


def test_card_is_never_wider_than_its_frame():
    output = alert(text="https://a.example/" + "漢字👩\u200d🚀" * 200, hits=[])

    assert {cell_len(line) for line in output.splitlines()} == {88}


def test_colour_does_not_come_from_the_text():
    file = io.StringIO()
    console = Console(
        file=file, force_terminal=True, color_system="truecolor", width=100
    )
    plain = card(make_mention(text="aaaa", hits=[]), None)
    hostile = card(make_mention(text="\x1b[1m", hits=[]), None)

    console.print(draw(plain))
    usual = file.getvalue().count("\x1b")
    console.print(draw(hostile))

    assert file.getvalue().count("\x1b") == 2 * usual


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_makes_the_console_print_a_code(one, two):
    shown = card(
        make_mention(
            text=one, author=two, author_name=one, url=f"https://{two}", language=one,
            platform=two, note=one, answered_by=two, hits=[[two, 0, 1]],
        ),
        None,
    )  # fmt: skip

    def all_of_it(sender):
        sender.alert(shown, "alert:1")
        sender.update(shown, "alert:1", "update:1:1")
        sender.notice(one, "notice")

    output = printed(all_of_it)

    assert not [c for c in output if category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert not set(output) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def test_update_is_one_line_with_the_new_state():
    shown = card(make_mention(status=Status.ANSWERED, answered_by="Bob"), None)

    output = printed(lambda sender: sender.update(shown, "alert:1", "update:1:1"))

    assert output == "  ↻ Post on fake by ann about Acme: now answered by Bob\n"


def test_notice_is_shown_as_it_is():
    output = printed(lambda sender: sender.notice("[b]x[/b] is paused", "k"))

    assert output == "  ! [b]x[/b] is paused\n"


def test_every_message_has_a_name_of_its_own():
    sender = ConsoleSender(Console(file=io.StringIO()))
    shown = card(make_mention(), None)

    names = [
        sender.alert(shown, "alert:1"),
        sender.update(shown, "alert:1", "update:1:1"),
        sender.notice("x", "notice:1"),
    ]

    assert len(set(names)) == 3


def test_console_cannot_be_asked_what_it_showed():
    sender = ConsoleSender(Console(file=io.StringIO()))

    assert sender.find("alert:1", NOW) is None
    assert sender.settle == timedelta(0)


class Broken(io.StringIO):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, _):
        raise self.error


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """A console whose reader has gone. Rich then turns our stdout to nowhere."""
    with (tmp_path / "stdout").open("w") as spare:
        monkeypatch.setattr("sys.stdout", spare)
        yield Console(file=Broken(BrokenPipeError()), width=100)


def test_card_that_nobody_could_read_stays_owed(closed):
    sender = ConsoleSender(closed)

    for _ in range(2):
        with pytest.raises(Refused, match="start everyreply again"):
            sender.alert(card(make_mention(), None), "alert:1")


def test_card_for_which_the_disk_has_no_room_comes_later():
    full = Broken(OSError(28, "No space left on device"))
    sender = ConsoleSender(Console(file=full, width=100))

    with pytest.raises(Unavailable, match="No space left"):
        sender.alert(card(make_mention(), None), "alert:1")


def reminded(count, **word):
    shown = card(make_mention(id=7), Brand(name="Acme"))
    due_at = NOW + timedelta(hours=4)
    words = [(Word(ReminderKind.MISSED, due_at, "alert:7", **word), shown)] * count
    return printed(lambda sender: sender.remind(words)("due:1"))


def test_console_can_remind_and_has_one_queue():
    sender = ConsoleSender(Console(file=io.StringIO()))

    assert isinstance(sender, Reminding)
    assert not isinstance(sender, Paced)


def test_reminder_is_a_line_that_names_who_must_act():
    assert reminded(1, calls=("Ann",)) == (
        "  ⏰ Ann: #7 Post on fake by ann about Acme: the deadline is missed, due 05 "
        "Jan 14:00 UTC\n"
    )


def test_many_reminders_are_one_line():
    assert reminded(12) == (
        "  ⏰ 12 mentions wait for a reply; the oldest is #7 Post on fake by ann about "
        "Acme: the deadline is missed, due 05 Jan 14:00 UTC\n"
    )
