"""Block Kit as plain HTML that resembles Slack: near enough to see how a card reads."""

import re
from datetime import UTC, datetime
from html import escape

STYLE = """
body { margin: 0; background: #fff; color: #1d1c1d;
       font: 14px/1.45 "Lato", "Liberation Sans", "DejaVu Sans", sans-serif; }
.frame { width: 600px; padding: 14px 16px; }
.message { display: flex; gap: 9px; margin-bottom: 12px; }
.face { flex: none; width: 34px; height: 34px; border-radius: 6px; background: #1d3557;
        color: #fff; font-weight: bold; text-align: center; line-height: 34px; }
.body { min-width: 0; flex: 1; overflow-wrap: anywhere; }
.who b { margin-right: 5px; }
.app { background: #e8e8e8; color: #616061; font-size: 10px; padding: 0 3px;
       border-radius: 2px; margin-right: 5px; vertical-align: 1px; }
.when, .context { color: #616061; font-size: 12px; }
.context span { margin-right: 9px; }
.thread { margin-left: 42px; border-left: 2px solid #e8e8e8; padding-left: 12px; }
.block { margin: 3px 0 6px; }
.line { white-space: pre-wrap; }
blockquote { margin: 3px 0; padding-left: 11px; border-left: 4px solid #ddd;
             white-space: pre-wrap; }
a { color: #1264a3; text-decoration: none; }
.ping { background: #fdf2d0; color: #1264a3; border-radius: 3px; padding: 0 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 7px; margin: 8px 0; }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 3px 11px;
          font-weight: bold; font-size: 13px; white-space: nowrap; }
.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.select { font-weight: normal; color: #616061; }
.select::after { content: " \\25be"; }
ul { margin: 3px 0; padding-left: 22px; }
h3 { font-size: 16px; margin: 12px 0 4px; }
.modal { border: 1px solid #ccc; border-radius: 9px; width: 500px; margin: 6px auto;
         box-shadow: 0 3px 12px #0003; overflow-wrap: anywhere; }
.title { font-size: 18px; font-weight: bold; padding: 12px 18px 6px; }
.inside { padding: 0 18px 6px; }
.foot { border-top: 1px solid #ddd; padding: 10px 18px; display: flex; gap: 9px;
        justify-content: flex-end; }
label { font-weight: bold; display: block; margin: 9px 0 3px; }
label i { color: #616061; font-weight: normal; }
.input { border: 1px solid #bbb; border-radius: 4px; padding: 5px 9px; min-height: 20px;
         white-space: pre-wrap; }
.long { min-height: 62px; }
.hint { color: #616061; font-size: 12px; margin-top: 3px; }
.radio::before { content: "\\25cb  "; } .chosen::before { content: "\\25c9  "; }
.emoji { display: inline-block; width: 14px; text-align: center; }
.dot { width: 11px; height: 11px; border-radius: 6px; vertical-align: -1px; }
.side { display: flex; justify-content: space-between; align-items: center; }
"""
DOTS = {
    "red_circle": "#dd2e44",
    "large_yellow_circle": "#fdcb58",
    "large_green_circle": "#78b159",
}
SIGNS = {
    "rotating_light": ("▲", "#dd2e44"),
    "hourglass_flowing_sand": ("◷", "#8a6d3b"),
    "white_check_mark": ("✔", "#2eb67d"),
    "heavy_minus_sign": ("▬", "#616061"),
    "no_entry_sign": ("⊘", "#dd2e44"),
    "wastebasket": ("⌫", "#616061"),
    "warning": ("⚠", "#b8860b"),
    "alarm_clock": ("⏰", "#dd2e44"),
    "zzz": ("☾", "#1264a3"),
}
"""Drawn here, because the fonts of a plain machine hold no coloured emoji."""


CALLED = {"U0000001": "Ann", "U0000002": "Bo", "S0000001": "social-leads"}


def message(text, blocks, when, who="everyreply", in_thread=False):
    """Draw a message of the app's."""
    inside = "".join(map(block, blocks)) or f'<div class="line">{mrkdwn(text)}</div>'
    place = " thread" if in_thread else ""
    return (
        f'<div class="message{place}"><div class="face">{who[0].upper()}</div>'
        f'<div class="body"><div class="who"><b>{escape(who)}</b>'
        f'<span class="app">APP</span><span class="when">{when:%H:%M}</span></div>'
        f"{inside}</div></div>"
    )


def modal(view):
    """Draw a window with its title and its buttons."""
    close = f'<span class="button">{_words(view["close"])}</span>'
    submit = view.get("submit")
    pressed = f'<span class="button primary">{_words(submit)}</span>' if submit else ""
    inside = "".join(map(block, view["blocks"]))
    return (
        f'<div class="modal"><div class="title">{_words(view["title"])}</div>'
        f'<div class="inside">{inside}</div><div class="foot">{close}{pressed}</div></div>'
    )


def block(one):
    match one["type"]:
        case "rich_text":
            return f'<div class="block">{"".join(map(_part, one["elements"]))}</div>'
        case "context":
            spans = "".join(f"<span>{_words(e)}</span>" for e in one["elements"])
            return f'<div class="block context">{spans}</div>'
        case "section":
            beside = element(one["accessory"]) if "accessory" in one else ""
            return f'<div class="block side"><span>{_words(one["text"])}</span>{beside}</div>'
        case "actions":
            inside = "".join(map(element, one["elements"]))
            return f'<div class="actions">{inside}</div>'
        case "header":
            return f"<h3>{_words(one['text'])}</h3>"
        case "input":
            return _input(one)
    raise ValueError(f"no drawing for {one['type']}")


def _input(one):
    optional = " <i>(optional)</i>" if one.get("optional") else ""
    hint = f'<div class="hint">{_words(one["hint"])}</div>' if "hint" in one else ""
    label = f"<label>{_words(one['label'])}{optional}</label>"
    return f"{label}{element(one['element'])}{hint}"


def element(one):
    match one["type"]:
        case "button":
            return f'<span class="button {one.get("style", "")}">{_words(one["text"])}</span>'
        case "overflow":
            return '<span class="button">⋯</span>'
        case "plain_text_input":
            size = " long" if one["multiline"] else ""
            return (
                f'<div class="input{size}">{escape(one.get("initial_value", ""))}</div>'
            )
        case "radio_buttons":
            return "".join(_radio(option, one) for option in one["options"])
        case "users_select":
            return '<div class="input select">Ann</div>'
        case "static_select":
            chosen = one.get("initial_option", {}).get("text") or one.get("placeholder")
            shown = _words(chosen) if chosen else "Select an item"
            return f'<span class="button select">{shown}</span>'
    raise ValueError(f"no drawing for {one['type']}")


def _radio(option, one):
    is_chosen = option == one.get("initial_option")
    name = "radio chosen" if is_chosen else "radio"
    return f'<div class="{name}">{_words(option["text"])}</div>'


def _part(one):
    inside = "".join(map(_piece, one["elements"]))
    match one["type"]:
        case "rich_text_quote":
            return f"<blockquote>{inside}</blockquote>"
        case "rich_text_list":
            lines = "".join(f"<li>{_part(e)}</li>" for e in one["elements"])
            return f"<ul>{lines}</ul>"
    return f'<div class="line">{inside}</div>'


def _piece(one):
    style = one.get("style", {})
    match one["type"]:
        case "emoji":
            return _emoji(one["name"])
        case "date":
            return _moment(one["timestamp"])
        case "link":
            made = f"<a>{escape(one['text'])}</a>"
        case "text":
            made = escape(one["text"])
        case _:
            return ""
    made = f"<b>{made}</b>" if isinstance(style, dict) and style.get("bold") else made
    return f"<i>{made}</i>" if isinstance(style, dict) and style.get("italic") else made


def _words(one):
    return mrkdwn(one["text"]) if one["type"] == "mrkdwn" else escape(one["text"])


def mrkdwn(text):
    """Draw the marks that we ourselves use: times, pings, bold, code, emoji."""
    text = re.sub(r"<!date\^(\d+)\^[^>]*>", lambda m: _moment(int(m[1])), text)
    text = re.sub(r"<(?:!subteam\^|@)(\w+)>", lambda m: _ping(m[1]), text)
    text = re.sub(r":([a-z_]+):", lambda m: _emoji(m[1]), text)
    text = re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", text)
    return text.replace("\n", "<br>")


def _ping(who):
    return f'<span class="ping">@{CALLED[who]}</span>'


def _moment(timestamp):
    at = datetime.fromtimestamp(timestamp, UTC)
    return f"{at:%b} {at.day} at {at:%H:%M}"


def _emoji(name):
    if colour := DOTS.get(name):
        return f'<span class="emoji dot" style="background:{colour}"></span>'
    sign, colour = SIGNS.get(name, (f":{name}:", "#616061"))
    return f'<span class="emoji" style="color:{colour}">{sign}</span>'
