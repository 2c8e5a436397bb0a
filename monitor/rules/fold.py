"""Text as matching sees it: no case, no accents, no styles, one kind of space.

Folded text is what keywords are looked for in. It is made character by character,
so that every folded character knows which original one it came from; hits are
told in the original text, which is what people see highlighted.

What goes: case, accents, styled letters (𝐀 Ⓐ ᴀ Ａ), and characters that show
nothing (zero-width, soft hyphen, bidi controls, variation selectors). White space
and dashes become one space, so that "acme phone" is found in "Acme-\\nPhone".

What stays: marks that spell rather than decorate. Thai กิน and กัน, Hindi कि and
कु, Japanese か and が differ in such marks only, so stripping all of Mn would make
different words equal.

What is not attempted: letters of another script that look alike (Cyrillic а in
"Acme"), and Mueller for Müller.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

_SPELLING = re.compile(
    "[\u0900-\u17ff\u1900-\u1aaf\u1b00-\u1c7f\u3099\u309a\ua800-\uabff"
    "\U00010a00-\U00010a5f\U00011000-\U00011fff]"
)
"""Blocks whose non-spacing marks are vowels, tones or voicing: Indic, South-East
Asian, kana."""

_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1980-\u19ff\u1a20-\u1aaf"
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3031-\u318f\u31a0-\u31ff\u3400-\u9fff"
    "\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
"""Scripts that do not set words apart by spaces, and Hangul, which sets apart
phrases: a noun and its particles are written as one."""

_COMPATIBILITY_JAMO = range(0x3130, 0x3190)
_TRAILING_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")

_TABLE = (
    dict.fromkeys("™℠®©℗", " ")  # NFKD makes Acme™ one word, acmetm
    | dict.fromkeys("`´‘’‚‛ʻʼʽˈ′", "'")
    | dict.fromkeys("“”„‟«»″〝〞", '"')
    | dict(zip("łøđðħŧı", "loddhti", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th", "−": " "}
    | dict(
        zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)
    )
    | {chr(start + i): chr(ord("a") + i)  # 🅐 and 🅰 have no decomposition
       for start in (0x1F150, 0x1F170) for i in range(26)}
)  # fmt: skip


def unit(char: str) -> str:
    """Return what one character folds to: nothing, itself, or a few others."""
    if char in _TABLE:
        return _TABLE[char]
    if ord(char) in _COMPATIBILITY_JAMO:  # ㅠ alone is not part of a syllable
        return char
    bare = _bare(unicodedata.normalize("NFKD", char))
    return _bare(unicodedata.normalize("NFKD", bare.casefold()))


def _bare(text: str) -> str:
    return "".join(map(_base, text))


def _base(char: str) -> str:
    if char in _TABLE:
        return _TABLE[char]
    category = unicodedata.category(char)
    if category == "Mn":
        return char if _SPELLING.match(char) else ""
    if category in ("Me", "Cf"):
        return ""
    if category == "Pd" or char.isspace():
        return " "
    if category == "Cs":  # half an emoji, from JSON: UTF-8 cannot carry it
        return "\ufffd"
    return char


class _Memo(dict[int, str]):
    """A pure function of one character, remembered in the shape that
    `str.translate` takes. Bounded: strangers choose the characters."""

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, code: int) -> str:
        value = self.function(chr(code))
        if len(self) < 20_000:
            self[code] = value
        return value


_UNITS = _Memo(unit)
_ASCII = "".join(unit(chr(code)) for code in range(128)).encode().ljust(256)
_SPACES = re.compile(" {2,}")
_NON_ASCII = re.compile("[^\\x00-\\x7f]")


def fold(text: str) -> str:
    """Return `text` as matching sees it. Folding twice changes nothing more."""
    plain = _plain(text)
    return _SPACES.sub(" ", plain) if "  " in plain else plain


def origins(text: str) -> Sequence[int]:
    """Return for each character of `fold(text)` the index of its original."""
    whence: Sequence[int] = range(len(text))
    if not text.isascii():
        found = ((c.start(), len(_UNITS[ord(c[0])])) for c in _NON_ASCII.finditer(text))
        whence = _spliced(whence, ((at, 1, n) for at, n in found if n != 1))
    plain = _plain(text)
    if "  " in plain:
        runs = (run.span() for run in _SPACES.finditer(plain))
        whence = _spliced(whence, ((start, end - start, 1) for start, end in runs))
    return whence


def _spliced(
    whence: Sequence[int], changes: Iterable[tuple[int, int, int]]
) -> Sequence[int]:
    """Return `whence` where at each `at` one index, n times, replaces `length`."""
    changed: list[int] = []
    done = 0
    for at, length, n in changes:
        changed += whence[done:at]
        changed += [whence[at]] * n
        done = at + length
    if not done:
        return whence
    changed += whence[done:]
    return changed


def _plain(text: str) -> str:
    if text.isascii():  # nine posts in ten, ten times as fast
        return text.encode().translate(_ASCII).decode()
    return text.translate(_UNITS)


JOINS = "lm"
"""Shapes that make one word with a like neighbour."""
CONTINUES = "mc"
"""Shapes that belong to the character before."""
WORD = "lmuc"
"""Shapes that are part of a word."""


def shape(folded: str) -> str:
    """Return what each folded character is to its neighbours, and four spaces.

    l: a letter, digit or _, one word with such neighbours. m: its mark.
    u: a letter of a script without spaces, a word boundary to every neighbour:
    アクメ is whole in アクメの, and Acme in 私のAcmeは. c: its mark or trailing jamo.
    An apostrophe: itself, for s may follow. A space: anything else. The padding lets one look past either end, as
    `shape[-1]` and `shape[end]`.
    """
    if folded.isascii():
        return folded.encode().translate(_ASCII_SHAPES).decode() + "    "
    return folded.translate(_SHAPES) + "    "


def _shape(char: str) -> str:
    if char == "'":
        return char
    mark = unicodedata.category(char)[0] == "M"
    if not (mark or char.isalnum() or char == "_"):
        return " "
    if _UNSPACED.match(char):
        return "c" if mark or _TRAILING_JAMO.match(char) else "u"
    return "m" if mark else "l"


_SHAPES = _Memo(_shape)
_ASCII_SHAPES = "".join(_shape(chr(code)) for code in range(128)).encode().ljust(256)
