"""Candidates, as the rules see them."""

from dataclasses import replace

from connectors import FileSource
from monitor.config import Brand, Config
from monitor.rules.decide import Candidate, Known
from monitor.rules.match import BrandMatch, Hit
from sentiment import Label, Sentiment
from tests.fakes.connector import make_post

NEUTRAL = Sentiment(Label.NEUTRAL, 0.1, 0.8, 0.1, "fake", "en")
NEGATIVE = Sentiment(Label.NEGATIVE, 0.9, 0.06, 0.04, "fake", "en")
POSITIVE = Sentiment(Label.POSITIVE, 0.04, 0.06, 0.9, "fake", "en")
NO_LANGUAGE = replace(NEUTRAL, language=None)


def candidate(text="acme is here", *, brand=None, config=None, **more):
    """Return a match of one post; `more` goes to the post, but for these four."""
    known = more.pop("known", Known())
    sentiment = more.pop("sentiment", NEUTRAL)
    excluded = tuple(Hit(word, 0, 1) for word in more.pop("excluded", ()))
    hits = more.pop("hits", (Hit("acme", 0, 4),))
    named = Brand(name="Acme", keywords=("acme",), **(brand or {}))
    settings = Config(
        brands=(named,),
        sources=(FileSource(type="file", name="file", path="unused"),),
        **(config or {}),
    )
    post = make_post(more.pop("number", 1), text, **more)
    match = BrandMatch(brand=named, hits=hits, excluded=excluded)
    return Candidate(post, match, sentiment, known, settings)
