"""Which column is what, and what a cell means."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import Author, Kind, OwnerReply, SetAside
from connectors._file.values import parse_count, parse_rating, parse_time

NOON = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)


def only(folder):
    posts, aside = folder.drain()
    assert (len(posts), aside) == (1, [])
    return posts[0]


def test_every_field_of_a_post_can_be_mapped(watched):
    fields = [
        "id", "text", "title", "author", "author_id", "url", "posted_at", "rating",
        "lang", "reply", "replied_at", "edited_at", "kind", "followers", "repost",
    ]  # fmt: skip
    folder = watched(
        platform="g2", columns={field: f"their {n}" for n, field in enumerate(fields)}
    )
    folder.put(
        "a.csv",
        ",".join(f"their {n}" for n in range(len(fields))) + "\n"
        "17,Good phone,Fine!,ann,u9,https://g2.test/17,2026-05-06T12:00Z,4,en,Thanks,"
        '2026-05-06T12:00Z,2026-05-06T12:00:01Z,comment,"1,204",true\n',
    )

    post = only(folder)

    assert (post.platform, post.id, post.text) == ("g2", "17", "Fine!\nGood phone")
    assert post.author == Author(handle="ann", id="u9", followers=1204)
    assert (post.url, post.lang) == ("https://g2.test/17", "en")
    assert (post.posted_at, post.rating, post.kind) == (NOON, 4.0, Kind.COMMENT)
    assert post.edited_at == NOON.replace(second=1)
    assert post.owner_reply == OwnerReply(text="Thanks", posted_at=NOON)
    assert post.is_repost


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("reviewId,userName,content,score,at", "17,ann,good,4,2026-05-06 12:00:00"),
        ("Review ID;Reviewer;Review Text;Star Rating;Review Date",
         "17;ann;good;4;2026-05-06T12:00:00Z"),
        ("ID,USER,BODY,STARS,CREATED_AT", "17,ann,good,4,1778068800"),
        ("id,author,comment,rating,timestamp", "17,ann,good,4,1778068800000"),
    ],
)  # fmt: skip
def test_usual_names_need_no_mapping(watched, header, row):
    folder = watched()
    folder.put("a.csv", f"{header}\n{row}\n")

    post = only(folder)

    assert (post.id, post.author.handle, post.text) == ("17", "ann", "good")
    assert (post.rating, post.posted_at, post.kind) == (4.0, NOON, Kind.REVIEW)


def test_a_mapped_column_serves_no_second_field(watched):
    folder = watched(columns={"title": "review"})
    folder.put("a.csv", "review,comment\nShort,Long\n")

    assert only(folder).text == "Short\nLong"


def test_several_columns_make_one_text(watched):
    folder = watched(columns={"text": ["pros", "cons"]})
    folder.put("a.csv", "pros,cons\nfast,dear\nlight,\n")

    assert folder.texts() == ["fast\ndear", "light"]


def test_columns_by_number_where_there_is_no_header(watched):
    folder = watched(header=False, columns={"rating": 1, "text": [2, 3]})
    folder.put("a.tsv", "4\tgood\tfast\n2\tbad\tslow\n")

    posts, aside = folder.drain()

    assert [(p.rating, p.text) for p in posts] == [
        (4.0, "good\nfast"), (2.0, "bad\nslow"),
    ]  # fmt: skip
    assert aside == []


def test_nested_json_is_named_with_dots(watched):
    folder = watched(columns={"author": "user.profile.nick", "text": "body"})
    folder.put("a.jsonl", '{"id":17,"body":"x","user":{"profile":{"nick":"ann"}}}\n')

    assert only(folder).author.handle == "ann"


def test_json_rows_may_leave_out_what_they_have_not(watched):
    folder = watched(columns={"rating": "stars", "text": "body"})
    folder.put("a.jsonl", '{"body":"x","stars":2}\n{"body":"y"}\n{"stars":"5"}\n')

    posts, aside = folder.drain()

    assert [(p.text, p.rating) for p in posts] == [("x", 2.0), ("y", None), ("", 5.0)]
    assert aside == []


def test_the_user_of_a_tweet_is_found(watched):
    folder = watched()
    folder.put(
        "a.jsonl",
        '{"id":1,"id_str":"1","full_text":"hi","user":{"screen_name":"ann",'
        '"followers_count":7},"created_at":"Wed May 06 12:00:00 +0000 2026"}\n',
    )

    post = only(folder)

    assert post.author == Author(handle="ann", followers=7)
    assert post.posted_at == NOON


def test_a_missing_column_sets_the_file_aside_with_the_nearest_name(watched):
    folder = watched(columns={"text": "Reveiw"})
    folder.put("a.csv", "Review,Rating\ngood,4\n")

    posts, aside = folder.drain()

    assert posts == []
    assert aside == [
        SetAside(
            "a.csv",
            'has no column "Reveiw"; did you mean "Review"? '
            '(there are "Review", "Rating")',
        )
    ]


def test_a_wide_header_is_shown_in_part(watched):
    folder = watched(columns={"text": "none"})
    folder.put("a.csv", ",".join(["x" * 90] + [f"c{n}" for n in range(30)]) + "\n")

    _, aside = folder.drain()

    assert len(aside[0].reason) < 250
    assert "and 19 more" in aside[0].reason


def test_two_columns_of_one_name_are_told_apart(watched):
    folder = watched(columns={"text": ["Comment", "Comment (2)"]})
    folder.put("a.csv", "Comment,Comment\na,b\n")

    assert only(folder).text == "a\nb"


def test_a_rating_without_words_is_a_post(watched):
    folder = watched()
    folder.put("a.csv", "author,rating\nann,4\nann,5\n")

    posts, _ = folder.drain()

    assert [(post.text, post.rating) for post in posts] == [("", 4.0), ("", 5.0)]
    assert posts[0].id != posts[1].id


def test_an_odd_rating_is_kept_beside_the_post(watched):
    folder = watched()
    folder.put("a.csv", "text,rating\ngood,Like\n")

    post = only(folder)

    assert (post.rating, post.ref) == (None, {"rating": "Like"})


def test_without_an_id_column_the_same_content_is_the_same_post(watched):
    folder = watched()
    folder.put(
        "a.csv",
        "author,text,date\nann,ok,2026-05-06\nann,ok,2026-05-06\n"
        "bob,ok,2026-05-06\nann,ok,2026-05-07\nann,ok!,2026-05-06\n",
    )

    posts, _ = folder.drain()

    assert len(posts) == 5
    assert len({post.id for post in posts}) == 4


def test_an_empty_id_is_no_id(watched):
    folder = watched()
    folder.put("a.csv", "id,text\n,one\n,two\n")

    posts, _ = folder.drain()

    assert all(post.id for post in posts)
    assert len({post.id for post in posts}) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc", "g2.test/1"])
def test_only_a_web_page_is_a_link(watched, url):
    folder = watched()
    folder.put("a.csv", f"text,url\ngood,{url}\n")

    assert only(folder).url == ""


def test_a_post_without_time_has_the_time_of_its_file(watched):
    folder = watched()
    folder.put("a.csv", "text,date\ngood,\n", ago=3600)

    assert only(folder).posted_at.timestamp() == folder.clock - 3600


@pytest.mark.parametrize(
    "told",
    [
        "2026-05-06T12:00:00Z", "2026-05-06 12:00", "2026-05-06T14:00:00+02:00",
        "2026/05/06 12:00", "06.05.2026 12:00", "1778068800", "1778068800000",
        "1778068800.0", "Wed, 06 May 2026 12:00:00 GMT", "May 06, 2026 12:00 PM",
        "2026-05-06 12:00:00 UTC", "20260506T120000",
    ],
)  # fmt: skip
def test_dates_that_can_be_read_in_one_way_are_read(watched, told):
    folder = watched()
    folder.put("a.csv", f'text,date\ngood,"{told}"\n')

    assert only(folder).posted_at == NOON


def test_a_one_digit_hour_is_read(watched):
    folder = watched()
    folder.put("a.csv", "text,date\ngood,2026-05-06 9:07:05\n")

    assert f"{only(folder).posted_at:%H:%M:%S}" == "09:07:05"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("05/06/2026", '"05/06/2026"'),
        ("5/25/2019 15:54", '"5/25/2019 15:54"'),
        ("2026-13-01", '"2026-13-01"'),
        ("soon", "a text of 4 characters"),
        ("0001-01-01T00:00:00+14:00", '"0001-01-01T00:00:00+14:00"'),
        ("9" * 40, "a text of 40 characters"),
        ("(", "a text of 1 characters"),
    ],
)
@pytest.mark.parametrize("column", ["date", "edited_at", "replied_at"])
def test_other_dates_set_the_row_aside_with_the_remedy(watched, told, shown, column):
    folder = watched()
    folder.put("a.csv", f"text,{column}\ngood,{told}\n")

    posts, aside = folder.drain()

    assert posts == []
    assert shown in aside[0].reason
    assert "set date_format" in aside[0].reason


@pytest.mark.parametrize(
    ("told", "fitting"),
    [
        ("13/02/2026", 'as in "%d/%m/%Y"'),
        ("2/13/26 3:54 PM", 'as in "%m/%d/%y %I:%M %p"'),
        ("05/06/2026", 'as in "%d/%m/%Y" or "%m/%d/%Y"'),
        ("Feb 13 2026", 'as in "%b %d %Y"'),
        ("soon", 'as in "%d/%m/%Y %H:%M"'),
    ],
)
def test_the_reason_names_formats_that_fit_the_text(watched, told, fitting):
    folder = watched()
    folder.put("a.csv", f"text,date\ngood,{told}\n")

    _, aside = folder.drain()

    assert aside[0].reason.endswith(f"set date_format, {fitting}")


def test_a_date_that_does_not_fit_the_format_says_which(watched):
    folder = watched(date_format="%m/%d/%Y")
    folder.put("a.csv", "text,date\ngood,13/02/2026\n")

    _, aside = folder.drain()

    assert aside[0].reason == (
        'posted_at: "13/02/2026" does not fit date_format "%m/%d/%Y"; '
        'set date_format, as in "%d/%m/%Y"'
    )


def test_a_date_format_is_followed(watched):
    folder = watched(date_format="%m/%d/%Y %H:%M")
    folder.put("a.csv", "text,date\ngood,05/06/2026 12:00\n")

    assert only(folder).posted_at == NOON


def test_times_without_a_zone_are_in_the_zone_of_the_settings(watched):
    folder = watched(time_zone="Europe/Paris")
    folder.put("a.csv", "text,date\nsummer,2026-05-06 14:00\nzoned,2026-05-06T12:00Z\n")

    posts, _ = folder.drain()

    assert [post.posted_at for post in posts] == [NOON, NOON]
    assert all(post.posted_at.tzinfo is UTC for post in posts)


@pytest.mark.parametrize(
    ("told", "scale", "stars"),
    [
        ("4", 5, 4), ("4.5", 5, 4.5), ("4,5", 5, 4.5), ("8", 10, 4), ("80", 100, 4),
        ("4.5/5", 5, 4.5), ("8 of 10", 5, 4), ("8/10", 5, 4), ("4 out of 5", 10, 4),
        ("80%", 5, 4), ("★★★★☆", 10, 4), ("★★★", 5, 3), ("★★½", 5, 2.5),
        ("5 stars", 10, 5), ("1 star", 5, 1), ("4.0", 5, 4), ("0", 10, 1),
        ("0", 5, None), ("6", 5, None), ("-1", 5, None), ("Like", 5, None),
        ("4 of 0", 5, None), ("nan", 5, None), ("1e9", 5, None), ("", 5, None),
        ("4 and a half", 5, None), ("٤", 5, 4), ("½", 5, None),
    ],
)  # fmt: skip
def test_ratings_are_stars_from_one_to_five_or_none(told, scale, stars):
    assert parse_rating(told, scale) == stars


@given(st.one_of(st.text(), st.from_regex(r"[-\d:/., TZ+a-z]{1,30}")))
def test_no_cell_is_more_than_a_wrong_value(text):
    with suppress(ValueError):
        assert parse_time(text, None, UTC).utcoffset() is not None
    stars = parse_rating(text, 10)
    assert stars is None or 1 <= stars <= 5
    assert (parse_count(text) or 0) >= 0


@pytest.mark.parametrize(
    ("told", "count"),
    [("7", 7), ("1,204", 1204), ("7.0", 7), ("", None), ("12K", None), ("²", None),
     ("9" * 99, None), ("-3", None)],
)  # fmt: skip
def test_counts_are_whole_numbers_or_none(told, count):
    assert parse_count(told) == count
