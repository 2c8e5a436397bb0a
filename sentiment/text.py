"""A stranger's text as the model reads it: the same at training and at work.

Pure, and bounded: whatever comes in, no more than MAX_CHARACTERS are looked at.
"""

import html
import re
import unicodedata

# A verdict stands at the start or at the end of a long text, so both are kept.
HEAD_CHARACTERS = 4_000
TAIL_CHARACTERS = 2_000
MAX_CHARACTERS = HEAD_CHARACTERS + TAIL_CHARACTERS

_LINK = re.compile(r"(?:https?://|www\.)[!-~]*", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@/.])(?:@|/?u/)[A-Za-z0-9_][\w.-]*")
_RUN = re.compile(r"([^\W\d_]|[^\w\s])\1{3,}")
_STARS = re.compile("(?:[★⭐]\ufe0f?)+(?=(☆*))\\1")
_EMOTICON = re.compile(r"[:;=][-']?[()DPp/|\[\]]|<3")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# Everything that may be part of an emoji, so that plain text is skipped at once.
_EMOJI = re.compile("[\u203c\u2049\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u20e3\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"
)

# The Unicode name of an emoji says how it looks. Where that misses how people
# use it, we say it in words that the base model knows.
_WORDS = {
    "☹": "sad face",
    "☺": "smiling face",
    "♥": "love heart",
    "✅": "check mark",
    "❌": "cross mark",
    "❓": "question mark",
    "❗": "exclamation mark",
    "❣": "love heart",
    "❤": "love heart",
    "⚠": "warning",
    "🌟": "shining star",
    "🎉": "party celebration",
    "🏆": "winner trophy",
    "👌": "perfect ok",
    "👍": "thumbs up good",
    "👎": "thumbs down bad",
    "👏": "applause bravo",
    "💀": "dead skull",
    "💓": "love heart",
    "💔": "broken heart",
    "💕": "love hearts",
    "💖": "love heart",
    "💗": "love heart",
    "💙": "love heart",
    "💚": "love heart",
    "💛": "love heart",
    "💜": "love heart",
    "💞": "love hearts",
    "💢": "angry",
    "💩": "poop shit",
    "💪": "strong",
    "💯": "one hundred percent",
    "🔥": "fire hot",
    "🖕": "middle finger fuck you",
    "🖤": "love heart",
    "🗑": "trash garbage",
    "😀": "happy grin",
    "😁": "happy grin",
    "😂": "laughing with tears of joy",
    "😃": "happy smile",
    "😄": "happy smile",
    "😅": "nervous laugh",
    "😆": "laughing",
    "😇": "angel smile",
    "😉": "wink",
    "😊": "happy smile",
    "😋": "yummy delicious",
    "😌": "relieved",
    "😍": "love it heart eyes",
    "😎": "cool",
    "😏": "smirk",
    "😐": "neutral face",
    "😑": "expressionless annoyed face",
    "😒": "annoyed unamused face",
    "😔": "sad pensive face",
    "😕": "confused face",
    "😖": "frustrated face",
    "😘": "kiss love",
    "😞": "disappointed face",
    "😠": "angry face",
    "😡": "very angry face",
    "😢": "crying sad face",
    "😣": "struggling face",
    "😤": "angry frustrated face",
    "😥": "sad face",
    "😩": "weary tired face",
    "😫": "exhausted face",
    "😬": "awkward grimace",
    "😭": "crying loudly",
    "😱": "screaming in fear",
    "😳": "flushed embarrassed face",
    "🙁": "sad face",
    "🙂": "slight smile",
    "🙃": "ironic upside down smile",
    "🙄": "annoyed eye roll",
    "🙌": "hooray raised hands",
    "🙏": "please thanks folded hands",
    "🤔": "thinking",
    "🤗": "hug",
    "🤡": "clown ridiculous",
    "🤢": "disgusted nauseated",
    "🤣": "laughing out loud",
    "🤦": "facepalm frustrated",
    "🤩": "amazed star eyes",
    "🤬": "swearing furious face",
    "🤮": "vomiting disgusting",
    "🤯": "mind blown",
    "🥰": "love smile with hearts",
    "🥱": "yawning bored",
    "🥲": "smile with a tear",
    "🥳": "party celebration face",
    "🥴": "woozy face",
    "🥹": "touched face holding back tears",
    "🥺": "pleading face",
    "🧡": "love heart",
    "🫠": "melting face",
    "🫶": "heart hands love",
}


def clean(text: str) -> str:
    """`text` with links, handles and emoji in words, and white space folded.

    Links become `http`, handles `@user`, as in the sets the model learnt from.
    Styled letters become plain ones. At most forty times MAX_CHARACTERS long, however
    much came in (one sign or emoji may be a dozen words).
    """
    text = _plain(_bounded(text))
    text = _LINK.sub(" http ", text)
    text = _HANDLE.sub(" @user ", text)
    text = _STARS.sub(_count_stars, _FLAG.sub(" flag ", text))
    text = _spell_emoji(text)
    return " ".join(_RUN.sub(r"\1\1\1", text).split())


def light(text: str) -> str:
    """`text` for a model that reads emoji by itself: links and handles masked alone."""
    text = _plain(_bounded(text))
    return " ".join(_HANDLE.sub(" @user ", _LINK.sub(" http ", text)).split())


def own_words(text: str) -> str:
    """What its author wrote in letters: no links, handles, emoji or hash signs.

    The language is read from this, since `clean` spells emoji in English.
    """
    text = _plain(_bounded(text))
    text = _HANDLE.sub(" ", _LINK.sub(" ", text))
    return " ".join(_EMOJI.sub(" ", _INVISIBLE.sub("", text)).replace("#", " ").split())


def has_something_to_judge(cleaned: str) -> bool:
    """Whether a cleaned text holds a word, an emoticon or an emoji at all."""
    left = " ".join(one for one in cleaned.split() if one not in {"http", "@user"})
    return any(one.isalpha() for one in left) or bool(_EMOTICON.search(left))


def _bounded(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    return f"{text[:HEAD_CHARACTERS]} {text[-TAIL_CHARACTERS:]}"


def _plain(text: str) -> str:
    """Text without entities, half characters, control signs and styled letters."""
    text = html.unescape(text)
    # JSON may carry half a surrogate pair, which no tokenizer takes.
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFKC", text)
    return "".join(one if one.isprintable() else _kept(one) for one in text)


def _kept(unprintable: str) -> str:
    """A space for a control sign or a line end; what joins emoji stays for now."""
    return unprintable if unicodedata.category(unprintable) == "Cf" else " "


def _count_stars(stars: re.Match[str]) -> str:
    count = sum(one in "★⭐" for one in stars.group())
    return f" {count} stars " if count > 1 else " 1 star "


def _spell_emoji(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    if not _EMOJI.search(text):
        return text
    words: list[str] = []
    last = ""
    for one in text:
        spelt = _spelt(one) if _EMOJI.match(one) else ""
        # A row of the same emoji says no more than one of it, at more tokens.
        words.append(one if not spelt else " " if one == last else f" {spelt} ")
        last = one if not one.isspace() else last
    return "".join(words)


def _spelt(emoji: str) -> str:
    if emoji in _WORDS:
        return _WORDS[emoji]
    if unicodedata.category(emoji) != "So":
        return ""
    return unicodedata.name(emoji, "").lower()
