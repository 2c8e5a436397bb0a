"""What each number means, in the words that docs and footnotes print.

`docs/metrics.md` is `page()`, and a test holds it to that; the HTML's footnotes quote
`words`.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """`words` is a sentence or two; `formula` one line; `source` where the field says so."""

    title: str
    words: str
    formula: str
    source: str


INTRODUCTION = """\
# What the digest's numbers mean

This page is made from `monitor/digest/definitions.py`; the digest's footnotes use the
same words.

**Which week a mention belongs to.** The week in which it was *posted*, by the clocks of
the brand's time zone: a week is about what people said in it. When we *found* it depends
on a platform's delays and on our own outages, and a backfill of old reviews would look
like a storm of new ones. The price is that a mention may come in after the digest of its
week was sent. Such late arrivals are counted, and the figures they change are restated
in the next digest.

**What counts as a mention.** What people said of the brand. Left out, and listed with
their reasons: own posts, reposts, excluded words, blocked authors, copies of spam, what a
person dismissed as spam, and what a person said is not about the brand. Posts in languages
the team does not answer, from before a source's start, and posts deleted since count;
what was left out stays out when it is deleted.

**The period before** is as many days right before. Answers are compared at equal age:
if this week is read six hours after its end, last week is taken as it stood six hours
after its own end; where most of its mentions were not found by then, as after an import,
answers are not compared. A brand whose oldest mention is not from before that period, and which
never had a digest, has nothing to compare with: a first week, and no changes are shown.

**How sure a number is.** Shares carry a 95 % Wilson score interval. A change of a share
is called real if a two-proportion z-test finds it (p < 0.05), a change of the volume if
the exact test of two Poisson counts does, a change of the net sentiment or of the average
rating if Welch's t statistic is beyond its 95 % point. Below 30 mentions the digest says
that the sample is too small to mean much.
"""

WILSON = "Wilson 1927, J. Am. Stat. Assoc. 22: 209-212"

DEFINITIONS: Mapping[str, Definition] = {
    "volume": Definition(
        "Volume",
        "How many mentions of the brand were posted in the period.",
        "mentions posted from the period's first moment to its last, without what is "
        "left out",
        "Volume of mentions in social listening; AMEC Barcelona Principles 3.0",
    ),
    "positive": Definition(
        "Positive share",
        "The part of the judged mentions that sounds positive. A person's correction "
        "wins over the model; mentions the model is not sure of are not judged.",
        "positive / (positive + neutral + negative)",
        f"Sentiment share; interval: {WILSON}",
    ),
    "neutral": Definition(
        "Neutral share",
        "The part of the judged mentions that sounds neither good nor bad.",
        "neutral / (positive + neutral + negative)",
        f"Sentiment share; interval: {WILSON}",
    ),
    "negative": Definition(
        "Negative share",
        "The part of the judged mentions that sounds negative.",
        "negative / (positive + neutral + negative)",
        f"Sentiment share; interval: {WILSON}",
    ),
    "not_sure": Definition(
        "Not sure",
        "The part of all mentions in a language the model does not know, and that "
        "nobody corrected.",
        "not sure / all mentions",
        f"Ours; interval: {WILSON}",
    ),
    "net": Definition(
        "Net sentiment",
        "Positive less negative mentions, in percent of the judged ones: from -100, all "
        "negative, to 100, all positive.",
        "100 x (positive - negative) / (positive + neutral + negative)",
        "Net sentiment score, built like the Net Promoter Score (Reichheld 2003, "
        "Harvard Business Review 81: 46-54)",
    ),
    "rating": Definition(
        "Average rating",
        "The mean of the stars that the period's reviews gave, as they stand now.",
        "sum of stars / reviews with stars",
        "As review platforms show it, without their weighting by age",
    ),
    "needed": Definition(
        "Needed an answer",
        "Mentions of the period that somebody had to answer: not those closed as not "
        "ours, dismissed by a person, or deleted before an answer.",
        "answered + still open",
        "Denominator of the response rate",
    ),
    "answered": Definition(
        "Answered",
        "Mentions of the period that have an answer, from Slack, written on the platform, "
        "or reported by a person. One that opened again counts as unanswered until it is "
        "answered again.",
        "mentions whose status is answered",
        "Numerator of the response rate",
    ),
    "response_rate": Definition(
        "Response rate",
        "The part of the mentions that needed an answer which have one.",
        "answered / needed",
        f"Response rate in social customer care; interval: {WILSON}",
    ),
    "first_response": Definition(
        "First response time",
        "Half of the answered mentions had their first answer within this time of being "
        "posted, by the wall clock.",
        "median of (first answer - posted)",
        "First response time (FRT) as help desks report it; quantile: Hyndman and Fan "
        "1996, type 7, The American Statistician 50: 361-365",
    ),
    "first_response_p90": Definition(
        "First response time, 90 %",
        "Nine of ten answered mentions had their first answer within this time.",
        "90th percentile of (first answer - posted)",
        "Hyndman and Fan 1996, type 7",
    ),
    "first_response_business": Definition(
        "First response time in business hours",
        "As first response time, but only the hours in which the team works are counted.",
        "median of the open time between posting and first answer",
        "Business-hours FRT as help desks report it",
    ),
    "first_response_business_p90": Definition(
        "First response time in business hours, 90 %",
        "Nine of ten answered mentions had their first answer within this time, counting "
        "only the hours in which the team works.",
        "90th percentile of the open time between posting and first answer",
        "Hyndman and Fan 1996, type 7",
    ),
    "resolution": Definition(
        "Resolution time",
        "Half of the mentions that are done, answered or dismissed by a person, were "
        "done within this time of being posted, the last time they were closed.",
        "median of (last answer or dismissal - posted), wall clock",
        "Time to resolution as help desks report it",
    ),
    "first_contact": Definition(
        "First contact resolution",
        "The part of the answered mentions that took one answer and did not open again.",
        "answered once and never opened again / answered",
        f"First contact resolution (FCR); interval: {WILSON}",
    ),
    "deadlines_met": Definition(
        "Deadlines met",
        "The part of the mentions with a deadline that were answered by it. What is open "
        "and not yet due is left out, what is open and overdue is missed. A snooze moves "
        "no deadline; a mention that opens again has a new one.",
        "answered by the deadline / (answered, or overdue)",
        f"SLA attainment; interval: {WILSON}",
    ),
    "unanswered": Definition(
        "Still unanswered",
        "Mentions of the period that need an answer and have none.",
        "needed - answered",
        "Backlog as help desks report it",
    ),
    "older_unanswered": Definition(
        "Still unanswered from before",
        "Mentions posted before the period that need an answer and have none.",
        "open mentions posted before the period",
        "Backlog as help desks report it",
    ),
    "dismissed": Definition(
        "Dismissed",
        "Mentions of the period that a person closed without an answer, with a reason.",
        "mentions whose status is dismissed",
        "Ours",
    ),
    "edited": Definition(
        "Edited after our answer",
        "Posts whose authors changed words or stars in the period, after we had answered.",
        "answered posts with an edit in the period",
        "AppFollow's Reply Effect",
    ),
    "recovered": Definition(
        "Recoveries",
        "Of those, the ones that now have more stars or, where stars did not change, "
        "sound better.",
        "edited posts with more stars, else with a better label",
        "Service recovery; AppFollow's Reply Effect",
    ),
    "relapsed": Definition(
        "Relapses",
        "Of those, the ones that now have fewer stars or, where stars did not change, "
        "sound worse.",
        "edited posts with fewer stars, else with a worse label",
        "AppFollow's Reply Effect",
    ),
    "came_back": Definition(
        "Authors who came back",
        "Authors who wrote about the brand in the period after we had answered an "
        "earlier mention of theirs within 180 days.",
        "distinct authors with an answered mention before a mention of the period",
        "Repeat contact as help desks report it",
    ),
    "came_back_happier": Definition(
        "Came back happier",
        "Of the authors who came back, those whose latest mention sounds better than the "
        "last one we answered.",
        "authors whose label rose",
        "Ours",
    ),
    "share_of_voice": Definition(
        "Share of voice",
        "The brand's part of the mentions of all brands compared. Reposts and spam count "
        "for every brand alike, because for brands that are only watched they are not "
        "told apart; the brands' own posts count for none.",
        "mentions of the brand / mentions of the brand and of all watch-only brands",
        "Share of voice in social listening",
    ),
    "corrected": Definition(
        "Labels corrected by staff",
        "Mentions of the period that a person gave another label than the model.",
        "mentions whose corrected label differs from the model's",
        "Ours",
    ),
    "accuracy": Definition(
        "Accuracy implied by corrections",
        "The part of the mentions a person handled or labelled whose model label was "
        "left as it was. People do not correct all that is wrong: the true accuracy is "
        "at most about this.",
        "1 - corrected / (handled by a person or given a label by one)",
        f"Observed agreement; interval: {WILSON}",
    ),
    "themes": Definition(
        "Themes",
        "Groups of mentions that share words, found in the texts of both periods "
        "together. New: none before. Growing or falling: the theme's part of all texts "
        "changed by more than chance. Improved or got worse: its net sentiment did. "
        "Quotes stand literally in a stored mention.",
        "TF-IDF weights, non-negative matrix factorisation with a fixed start; each text "
        "belongs to its strongest theme, if that is strong enough",
        "Lee and Seung 1999, Nature 401: 788-791; scikit-learn",
    ),
    "spikes": Definition(
        "Spikes",
        "Days whose volume, or number of negative mentions, is far from the median of "
        "the 28 days before the period: at least 3 spreads and 5 mentions away. At least "
        "14 days of history are needed.",
        "|count - median| >= 3 x max(1.4826 x MAD, square root of the median, 1)",
        "Modified z-score: Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers",
    ),
    "late": Definition(
        "Late arrivals",
        "Mentions posted in the last digest's period that came in after it was made, and "
        "the figures of that digest that are different now.",
        "mentions of that period found after its digest was made",
        "Ours; restatement as in financial reporting",
    ),
}


def page() -> str:
    """Return docs/metrics.md."""
    parts = [INTRODUCTION]
    for name, one in DEFINITIONS.items():
        parts.append(
            f"## {one.title}\n\n{one.words} (`{name}`)\n\n"
            f"- Formula: {one.formula}\n- Source: {one.source}\n"
        )
    return "\n".join(parts)
