"""Every layout passes Slack's limits, and pings nobody, whatever strangers write."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import Kind
from monitor.cards import card
from monitor.config import Brand, Priority
from monitor.models import ReminderKind, Status
from monitor.rules.text import fit
from monitor.slack import layout
from monitor.slack.layout.message import address, cut, escape, weight
from tests.fakes.mentions import NOW, make_mention
from tests.fakes.slack.blocks import check
from tests.fakes.slack.chat import LONGEST_UPDATE
from tests.fakes.slack.pings import pings

HOSTILE = {
    "broadcast": "<!channel> <!here> <!everyone> @channel @here @everyone",
    "ping": "<@U0000001> <!subteam^S000001|team> <#C000001>",
    "link": "<https://evil.example|your bank> [a](https://evil.example)",
    "entity": "&lt;!channel&gt; &amp;lt; &#60;!channel&#62;",
    "bidi": "\u202e<!channel>\u2066 abc \u200f",
    "long": "acme is bad. " * 10_000,
    "zalgo": "a" + "\u0301\u0322" * 5_000,
    "emoji": "👩\u200d👩\u200d👧\u200d👦" * 3_000,
    "markup": "*bold* _it_ ~s~ `code` ```pre``` > quote :smile: :rage:",
    "date": "<!date^1^{date}|x>",
    "control": "\x00\x1b[31m\x07\r\n\u2028",
    "quotes": '"\\' * 8_000,
    "surrogate": "\ud800\udfff",
    "nothing": "",
}
ANY = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(
    [text for text in HOSTILE.values() if len(text) < 100]
)


def passes(message):
    check(message.blocks)
    assert 0 < len(message.text) <= LONGEST_UPDATE
    assert "\n" not in message.text
    assert not pings({"text": message.text, "blocks": message.blocks})


def several(shown):
    """As many as one message holds; each is another mention."""
    first = shown.mention_id
    return [replace(shown, mention_id=first + n) for n in range(layout.GROUP_SIZE)]


def words(value):
    """Everything that rich text shows literally."""
    if isinstance(value, list):
        return "".join(words(one) for one in value)
    if not isinstance(value, dict):
        return ""
    own = value.get("text", "") if value.get("type") in ("text", "link") else ""
    return own + "".join(words(v) for v in value.values() if isinstance(v, list))


def hostile(text, **values):
    given = {
        "author": text[:4000], "author_name": text[:4000], "text": text,
        "url": f"https://x.example/{text}", "platform": text[:500], "language": text,
        "why": [text], "followers": 9, "note": text, "assignee": text, "closed_by": text,
        "answered_by": text, "edited_at": NOW, "rating": 1.0, "kind": Kind.REVIEW,
        "hits": [[text[:100], n, n + 3] for n in range(0, 90, 2)], "id": 10**9,
    }  # fmt: skip
    return card(
        make_mention(**(given | values)), Brand(name=fit(text).strip() or "Acme")
    )


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_worst_case_fits_and_pings_nobody(text, status):
    shown = hostile(text, status=status)

    passes(layout.alert(shown))
    passes(layout.group(several(shown)))
    passes(layout.notice(text or "n"))
    passes(layout.replied(text, text, text, f"https://x.example/{text}", NOW))
    for kind in ReminderKind:
        passes(layout.reminder(kind, shown, NOW))


@given(ANY, ANY, ANY, ANY, st.sampled_from(Status), st.sampled_from(Priority))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_words_fit_and_ping_nobody(one, two, three, four, status, priority):
    shown = card(
        make_mention(
            text=one, author=two, author_name=three, url=f"https://a.example/{four}",
            platform=four, note=two, assignee=three, closed_by=four, answered_by=one,
            language=two, why=[three, four], hits=[[one, 0, 3], [two, 2, 9]],
            status=status, priority=priority,
        ),
        Brand(name=fit(three).strip() or "Acme"),
    )  # fmt: skip

    passes(layout.alert(shown))
    passes(layout.group(several(shown)))


@pytest.mark.parametrize(
    "name", ["broadcast", "ping", "link", "entity", "markup", "date"]
)
def test_hostile_text_is_shown_literally(name):
    shown = card(make_mention(text=HOSTILE[name], hits=[]), Brand(name="Acme"))

    assert HOSTILE[name] in words(layout.alert(shown).blocks)


def test_keyword_stands_out_in_the_quote():
    shown = card(
        make_mention(
            text="why acme, why acme", hits=[["acme", 4, 8], ["acme", 14, 18]]
        ),
        None,
    )

    [_, about, *_] = layout.alert(shown).blocks
    quote = about["elements"][0]["elements"]

    assert [(e["text"], "style" in e) for e in quote] == [
        ("why ", False), ("acme", True), (", why ", False), ("acme", True),
    ]  # fmt: skip


def test_fallback_is_a_full_sentence():
    shown = card(make_mention(author="Jo & <Sam>"), Brand(name="Acme"))

    assert layout.alert(shown).text == (
        "High: Post on fake by Jo &amp; &lt;Sam&gt; about Acme, "
        "reply due 05 Jan 14:00 UTC: acme is bad"
    )


def test_deadline_is_told_in_the_readers_zone():
    shown = card(make_mention(), None)

    due = int((NOW + timedelta(hours=4)).timestamp())
    assert f"<!date^{due}^{{date_short_pretty}} at {{time}}|05 Jan, 14:00 UTC>" in str(
        layout.alert(shown).blocks
    )


def pressed(message):
    return [
        element["action_id"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, ["card.reply", "card.claim", "card.snooze", "card.dismiss", "card.open", "card.more"]),
        ({"assignee": "Ann"},
         ["card.reply", "card.release", "card.snooze", "card.dismiss", "card.open", "card.more"]),
        ({"url": "javascript:x"}, ["card.reply", "card.claim", "card.snooze", "card.dismiss", "card.more"]),
        ({"status": Status.SENDING}, ["card.open"]),
        ({"status": Status.ANSWERED}, ["card.open", "card.more"]),
        ({"status": Status.GONE}, []),
    ],
)  # fmt: skip
def test_buttons_are_those_of_the_state(values, names):
    assert pressed(layout.alert(card(make_mention(**values), None))) == names


def test_block_gets_a_new_name_with_every_state():
    one = layout.alert(card(make_mention(id=1), None)).blocks[-1]["block_id"]
    two = layout.alert(card(make_mention(id=1, assignee="Ann"), None)).blocks[-1][
        "block_id"
    ]

    assert one != two


def test_reminder_pings_whom_it_is_told_to_and_no_other():
    shown = card(make_mention(author="<!channel>"), None)

    message = layout.reminder(ReminderKind.MISSED, shown, NOW, ["U0000001", "S0000001"])

    check(message.blocks)
    found = pings({"text": message.text, "blocks": message.blocks})
    assert found == ["@U0000001", "!subteam^S0000001"]


@pytest.mark.parametrize("who", ["!channel", "U1|x", "u0000001", "", "<@U0000001>"])
def test_only_ids_can_be_pinged(who):
    with pytest.raises(ValueError, match="no id"):
        layout.reminder(ReminderKind.SOON, card(make_mention(), None), NOW, [who])


@given(ANY, st.integers(2, 100), st.integers(20, 400))
def test_cut_text_fits_and_says_that_there_was_more(text, most, heaviest):
    short = cut(text, most, heaviest)

    assert len(short) <= most
    assert sum(map(weight, short)) <= heaviest
    assert short == text or short.endswith("…")


def test_cut_leaves_no_half_of_a_family():
    assert cut("ab👩\u200d👧cd", 5) == "ab…"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x|y>z<w", "https://a.example/x%7Cy%3Ez%3Cw"),
        ("https://a.example/é \n", "https://a.example/%C3%A9%20%0A"),
        ("https://a.example/%20", "https://a.example/%20"),
        ("https://", ""),
        ("javascript:alert(1)", ""),
        ("https://a.example/" + "x" * 5000, ""),
    ],
)
def test_address_is_one_to_press_or_none(url, safe):
    assert address(url) == safe


def test_escape_leaves_nothing_to_read():
    assert escape("<!channel> & &lt;") == "&lt;!channel&gt; &amp; &amp;lt;"
