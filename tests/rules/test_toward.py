from dataclasses import replace

import pytest

from monitor.config import Brand
from monitor.rules.match import Matcher
from monitor.rules.toward import named_at, prefers_another, toward_brand
from sentiment import Label
from tests.fakes.connector import make_post
from tests.rules.helpers import NEGATIVE, POSITIVE

TEXT = "bolt is better than acme, so good"


def matched(text, **brand):
    [found] = Matcher([Brand(name="Acme", **brand)]).match(text)
    return found


def test_a_happy_text_that_prefers_another_is_bad_news():
    match = matched(TEXT, keywords=("acme",))
    post = make_post(1, TEXT)

    found = toward_brand(POSITIVE, post, match)

    assert found.label is Label.NEGATIVE
    assert prefers_another(POSITIVE, post, match)
    assert prefers_another(found, post, match)


@pytest.mark.parametrize(
    ("post", "mood"),
    [
        (make_post(1, "acme is better than bolt"), POSITIVE),
        (make_post(1, "acme, so good"), POSITIVE),
        (make_post(1, "acme is bad"), NEGATIVE),
        # Stars are given to what is reviewed.
        (make_post(1, TEXT, rating=5), POSITIVE),
        (make_post(1, TEXT, rating=1), POSITIVE),
        (make_post(1, TEXT), replace(POSITIVE, sure=False)),
        (make_post(1, TEXT), replace(POSITIVE, language="nl")),
    ],
)
def test_all_else_is_left_as_it_feels(post, mood):
    match = matched(post.text, keywords=("acme",))

    assert toward_brand(mood, post, match) == mood
    assert not prefers_another(mood, post, match)


@pytest.mark.parametrize(
    ("brand", "text", "names"),
    [
        ({"keywords": ("acme",)}, "acme and Acmes", ["acme", "Acmes"]),
        ({"handles": {"x": ("@acme_hq",)}, "keywords": ("a1",)}, "@acme_hq", ["@acme_hq"]),
        ({"query": "acme AND phone"}, "my acme phone", ["acme"]),
        ({"query": "bolts AND phone"}, "my bolts phone", []),
        ({"keywords": ("acme", "acme air")}, "acme air", ["acme air"]),
    ],
)  # fmt: skip
def test_only_its_names_stand_for_a_brand(brand, text, names):
    found = named_at(matched(text, **brand))

    assert [text[start:end] for start, end in found] == names
