"""Texts of our own: what people write to companies, where public sets are thin.

Tweets of 2013 to 2016 and Reddit comments say little about orders, refunds and
outages, and hold few sarcastic thanks, negated praise, praise by denying
trouble, questions, and "fine but" reviews. `own_patterns.tsv` holds patterns with
gaps, filled here by lot; the same seed gives the same texts.
"""

import random
import re
from pathlib import Path

from sentiment import Label
from sentiment.training.sets import Example

_GAPS = {
    "thing": (
        "app|delivery|website|new update|order|checkout|battery|screen|subscription|"
        "room|food|coffee|jacket|router|flight|game|headset|parcel|menu|phone|"
        "service|laptop|shoes|pizza|hotel|bank account|ticket|mattress|vacuum|camera"
    ),
    "staff": (
        "support|customer service|the driver|the staff|the team|your agent|reception|"
        "the waiter|the guy on the phone|the manager|the store clerk|the technician"
    ),
    "n": "two|three|4|5|six|10|12|20|45",
    "time": "days|weeks|hours|months",
    "trouble": (
        "outage|delay|price increase|cancelled order|broken update|error message|"
        "crash|lost parcel|hidden fee|login loop|missed delivery|wrong item"
    ),
    "fails": (
        "crashes every time|never arrived|stopped working after a week|is down again|"
        "keeps freezing|logs me out|came damaged|was cold and late|drains in an hour|"
        "double charged me|smelled of smoke|broke on day one|shows ads everywhere"
    ),
    "verb": "log in|pay|open it|upload a photo|change my address|press play|track it",
    "good": "fast|excellent|lovely|great|friendly|tasty|beautiful|spotless|superb|solid",
    "bad": "slow|rude|awful|overpriced|cold|noisy|dirty|buggy|confusing|terrible",
    "who": "@user|you guys|this company|this place|they|the brand|your shop",
    "day": "Monday|Saturday|Friday|Sunday|Christmas Eve|the weekend|bank holidays",
    "where": "Canada|Berlin|Ireland|Texas|Australia|India|the airport|the city centre",
    "up": " 😍| ❤️| 👍| 🙌| 😊| 🔥| 🥰| 💯| 🎉||||||!|!!| :)",
    "down": " 😡| 🙄| 😤| 👎| 🤦| 😒| 😞| 🤬| 💩||||||!|!!| :(",
    "sly": " 🙄| 👏| 🙃| 😒| 👏👏👏| 🤡||||||...|!",
}

_PATTERNS = Path(__file__).with_name("own_patterns.tsv")
_GAP = re.compile(r"\{(\w+)\}")


def own_examples(count: int, seed: int) -> list[Example]:
    """About `count` different texts, a third of them for each label."""
    dice = random.Random(seed)  # noqa: S311  which texts are made is no secret
    choices = {name: values.split("|") for name, values in _GAPS.items()}
    found: dict[str, Example] = {}
    for number, label in enumerate(Label):
        patterns = _patterns(label)
        for at in range(count // 3):
            text = _GAP.sub(
                lambda gap: dice.choice(choices[gap.group(1)]),
                patterns[at % len(patterns)],
            )
            if dice.random() < 0.5:
                text = text[0].upper() + text[1:]
            found.setdefault(text, Example(number, text))
    return list(found.values())


def _patterns(label: Label) -> list[str]:
    lines = (line.split("\t") for line in _PATTERNS.read_text("utf-8").splitlines())
    return [pattern for name, pattern in lines if name == label]
