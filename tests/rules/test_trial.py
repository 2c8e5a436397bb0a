from monitor.config import Brand
from monitor.rules.match import Matcher
from monitor.rules.trial import StoredPost, try_out


def stored(number, text, *brands, source="file"):
    return StoredPost("fake", str(number), source, text, brands)


def matcher(*brands):
    return Matcher(brands, ())


ACME = Brand(name="Acme", keywords=("acme", "anvil"), exclude=("jobs",))
BOLT = Brand(name="Bolt", keywords=("bolt",))


def ids(catches):
    return [catch.post.post_id for catch in catches]


def test_edited_keywords_gain_lose_and_keep():
    posts = [
        stored(1, "acme is here", "Acme"),
        stored(2, "an anvil fell"),
        stored(3, "the acorn fell", "Acme"),
        stored(4, "nothing"),
    ]

    trial = try_out(posts, matcher(ACME), {})["Acme"]

    assert trial.kept == 1
    assert ids(trial.gained) == ["2"]
    assert ids(trial.lost) == ["3"]


def test_gain_says_where_the_keyword_stands():
    [catch] = try_out([stored(1, "an anvil fell")], matcher(ACME), {})["Acme"].gained

    assert [tuple(hit) for hit in catch.match.hits] == [("anvil", 3, 8)]


def test_gain_that_would_be_put_away_at_once_is_only_counted():
    trial = try_out([stored(1, "acme jobs")], matcher(ACME), {})["Acme"]

    assert (trial.gained, trial.excluded) == ([], 1)


def test_excluded_post_that_is_stored_is_kept_not_lost():
    trial = try_out([stored(1, "acme jobs", "Acme")], matcher(ACME), {})["Acme"]

    assert (trial.kept, trial.lost) == (1, [])


def test_each_brand_has_its_own_trial():
    posts = [stored(1, "acme and bolt", "Acme"), stored(2, "bolt", "Bolt")]

    trials = try_out(posts, matcher(ACME, BOLT), {})

    assert trials["Acme"].kept == 1
    assert (trials["Bolt"].kept, ids(trials["Bolt"].gained)) == (1, ["1"])


def test_one_brand_can_be_tried_alone():
    posts = [stored(1, "acme and bolt")]

    assert set(try_out(posts, matcher(ACME, BOLT), {}, only="Bolt")) == {"Bolt"}


def test_brand_taken_out_of_the_config_loses_all_of_its_posts():
    trials = try_out([stored(1, "acme", "Acme")], matcher(BOLT), {})

    assert ids(trials["Acme"].lost) == ["1"]


def test_post_of_a_source_tied_to_a_brand_is_kept_without_a_keyword():
    posts = [stored(1, "five stars", "Acme", source="reviews")]

    trial = try_out(posts, matcher(ACME), {"reviews": ("Acme",)})["Acme"]

    assert (trial.kept, trial.lost) == (1, [])
