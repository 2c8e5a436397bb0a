"""Praise of another is no praise of the brand: who a comparison speaks against.

The model tells how a text feels as a whole. "Moved from Acme to Bolt, so much better!"
is a happy text, and bad news for Acme. Here are the ways in which English says that
another is preferred to the one named; what of a text is praise then counts against it.

Only that is done. That a brand is preferred never makes a complaint praise: wrong
either way, a person should rather look too early than too late. Said under a "not", in
a question or after an "if", a comparison says nothing here.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from sentiment import Label, Sentiment

_BRAND = "\ue000"  # stands for the brand's name in a text, and in no text of its own
_PARTS = {
    "brand": rf"(?:(?:the|my|our|their|using|old|that)\s+)?[@#]?{_BRAND}(?:['’]s?\b)?",
    "other": r"(?-i:[@#]\w|[A-Z])[\w'’&.-]*",
    "good": (
        r"(?:better|faster|cheaper|nicer|easier|smoother|cleaner|quicker|friendlier|"
        r"safer|smarter|stronger|lighter|tastier|fresher|quieter|happier|cooler|simpler|"
        r"more\s+(?:reliable|helpful|stable|responsive|comfortable|affordable|fun|"
        r"accurate|transparent|professional|intuitive|polished|reasonable|enjoyable|"
        r"trustworthy|honest|delicious|efficient|beautiful))"
    ),
    "bad": (
        r"(?:worse|slower|pricier|uglier|noisier|weaker|clunkier|dirtier|ruder|"
        r"more\s+(?:expensive|confusing|annoying|frustrating|buggy|complicated))"
    ),
    "swap": (
        r"(?:ditch(?:ed|ing)?|dump(?:ed|ing)?|swap(?:ped|ping)?|replac(?:ed?|ing)|"
        r"trad(?:ed?|ing)(?:\s+in)?)"
    ),
    "quit": r"(?:left|leav(?:e|ing)|quit(?:ting)?|cancell?(?:ed|ing))",
    "gladly": (
        r"(?:better|best|faster|cheaper|easier|happier|love|loving|great|regrets?|"
        r"recommend|worth|wow|finally)"
    ),
    "pick": (
        r"(?:prefer(?:red|s)?|chose|choos(?:e|ing)|pick(?:ed|ing)?|"
        r"recommend(?:ed|ing)?|(?:(?:i|we)['’]d|would|will|(?:i|we)['’]ll)\s+take)"
    ),
    "use": r"(?:lov(?:e|es|ing)|lik(?:e|es|ing)|go(?:ing)?|went|us(?:e|ing)|get(?:ting)?)",
}
# <name> is a part, <3> up to three words, none of them the brand; what a space is in
# a text is a space here.
_WAYS = (
    "(?:switch|migrat|defect)(?:e|ed|es|ing)? <3>from <brand>",
    "(?:convert|port)(?:ed|ing) <3>from <brand> <2>to",
    # Films and staff move from one company to another, too.
    "(?:mov(?:ed|ing)|chang(?:ed|ing)|went|going) <3>from <brand> <2>to <9><gladly>",
    "mov(?:ed?|ing) away from <brand>",
    "(?:jump(?:ed|ing) ship|c(?:a|o)me (?:over )?to <other>) from <brand>",
    "(?:got|getting|moved|moving|took) <5>(?:off|out of) <brand> <4>(?:to|onto|into)",
    "since <2>(?:<quit>|<swap>|dropp(?:ed|ing)) <brand>",
    "never <2>(?:going|go|went) back to <brand>",
    "i (?:really )?(?:don['’]?t|haven['’]?t|won['’]?t|do not) miss(?:ed)? <brand>",
    "<swap> <brand> <2>(?:for|with)",
    "<quit> <brand> <2>for <other>",
    (
        "(?:glad|happy|happier|relieved|best decision|thrilled) <5>"
        "(?:<quit>|<swap>|rid of|done with) <brand>"
    ),
    "<good> <4>than (?:at |with |what |anything |from )?<brand>",
    "(?:superior|<good> <4>compared) to <brand>",
    "(?:everything|all|what) i (?:always )?wish(?:ed)? <brand>",
    "<brand> <5><bad> <2>(?:than|compared)",
    "<pick> <5>over <brand>",
    "(?:<pick>|<use>) <5>(?:rather than|instead of) <brand>",
    "prefer(?:red|s)? <4>to <brand>",
    (
        r"(?:beats|outperform\w*|outclass\w*|crush(?:es|ed)|surpass\w*|"
        "wipes the floor with|runs? (?:circles|rings) around|"
        "(?:way|miles|far|leagues) ahead of) <brand>"
    ),
    (
        r"(?:blow|knock|put|leav)\w* <brand> <2>"
        "(?:out of the water|away|to shame|in the dust)"
    ),
    "unlike (?:with |at )?<brand>",
    r"(?:good)?bye,? <brand>\W+(?:and )?(?:hello|hi|welcome)",
    r"<brand> (?:could never(?!\s+\w)|can keep (?:its|their|your|the))",
    "(?:take notes?|watch and learn),? <brand>",
    (
        "<brand> (?:could|should|can|might|must|needs? to) <1>"
        "(?:learn|take (?:a )?(?:notes?|page|leaf|lesson)) <5>(?:from|of)"
    ),
    "(?:no longer|stopped) (?:using|with|need(?:ing)?|use) <brand>",
)


def _compiled(way: str) -> re.Pattern[str]:
    def part(found: re.Match[str]) -> str:
        name = found.group(1)
        if name.isdigit():
            return rf"(?:[^\s{_BRAND}]+\s+){{0,{name}}}?"
        return _PARTS[name]

    pattern = re.sub(r"<(\w+)>", part, way.replace(" ", r"\s+"))
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


_AGAINST = tuple(map(_compiled, _WAYS))
_SENTENCE = re.compile(r"[^.!?\n;]+(?:[.!?;](?=\w)[^.!?\n;]*)*[.!?;\n]*")
_NOT = re.compile(
    r"\b(?:not|never|nothing|nobody|no[ -]?one|none|no\s+(?:other|way)|only\s+thing|"
    r"neither|hardly|cannot|cant|dont|wont|didnt|isnt|wouldnt|without|if|unless|"
    r"(?:hard|tough|impossible)\s+to|thinking\s+(?:of|about)|considering|debating)"
    r"\b|n['’]t\b",
    re.IGNORECASE,
)
# A "not" that denies nothing of what follows it.
_YES = re.compile(
    r"\b(?:can(?:['’]?t|not)\s+believe|(?:do|did)n['’]?t\s+regret|no\s+regrets?|"
    r"not\s+(?:sorry|only)|never\s+looked\s+back|why\s+did(?:n['’]?t)?)\b",
    re.IGNORECASE,
)


def preferred_to(text: str, spans: Sequence[tuple[int, int]]) -> str | None:
    """The words of `text` that prefer another to what is named at `spans`, or None.

    `spans` are (start, end) in code points, in order, none over another.
    """
    marked, names = _marked(text, spans)
    for sentence in _SENTENCE.finditer(marked) if names else ():
        words = sentence.group()
        if _BRAND not in words or words.rstrip().endswith("?"):
            continue
        found = _first(words)
        if found:
            at = marked.count(_BRAND, 0, sentence.start() + found.start())
            return _named(found.group(), names[at:])
    return None


def toward(
    sentiment: Sentiment, text: str, spans: Sequence[tuple[int, int]]
) -> Sentiment:
    """How `text` feels about what is named at `spans`, given how it feels as a whole.

    Where another is preferred, the probability of positive goes to negative. Where the
    model is not sure, or the text is not in English, nothing changes.
    """
    if not (is_judged(sentiment) and preferred_to(text, spans)):
        return sentiment
    negative = sentiment.negative + sentiment.positive
    label = Label.NEGATIVE if negative > sentiment.neutral else Label.NEUTRAL
    return replace(sentiment, label=label, negative=negative, positive=0.0)


def is_judged(sentiment: Sentiment) -> bool:
    """Whether a text is sure to be in the language that is read here."""
    tag = (sentiment.language or "en").casefold()
    return sentiment.sure and tag.split("-")[0] == "en"


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[str]]:
    """`text` with one mark for each name, and the names."""
    text = text.replace(_BRAND, " ")
    parts, names, end = [], [], 0
    for start, stop in spans:
        parts += [text[end:start], _BRAND]
        names.append(text[start:stop])
        end = stop
    return "".join([*parts, text[end:]]), names


def _first(sentence: str) -> re.Match[str] | None:
    """The first comparison that is not denied; a brand with itself is compared to none."""
    found = [match for one in _AGAINST if (match := one.search(sentence))]
    for match in sorted(found, key=re.Match.start):
        before = _YES.sub(" ", sentence[: match.start()])
        than_itself = "than" in match.group() and _BRAND in before
        if not _NOT.search(before) and not than_itself:
            return match
    return None


def _named(words: str, names: Sequence[str]) -> str:
    for name in names[: words.count(_BRAND)]:
        words = words.replace(_BRAND, name, 1)
    return " ".join(words.split())
