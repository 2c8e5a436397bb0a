"""Rows as people and programs write them: damage, encodings, delimiters, resuming."""

import csv
import io
import json
import logging

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors import FileSource
from connectors._file.lines import LIMIT
from connectors.file import FileConnector
from tests.connectors.files import Watched

HEAD = "id,text,rating\n"
GOOD = "8,good,5\n9,fine,4\n"


def where_and_why(aside):
    return [(one.where, one.reason) for one in aside]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,,", "neither a text nor a rating"),
        ("1,,Like", "neither a text nor a rating"),
        ("1,one", "has 2 fields where there are 3 columns"),
        ("1,one,5,more", "has 4 fields where there are 3 columns"),
        ("1,on\0e,5", "text: holds a NUL byte"),
        ('"1","o', "has a quote that opens and does not close"),
        ("1," + "x" * LIMIT + ",5", "is longer than 1,048,576 bytes"),
        ("1,one\rtwo,5", "quote"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_place_and_the_rest_goes_on(
    watched, row, reason
):
    folder = watched()
    folder.put("reviews.csv", HEAD + "7,first,3\n" + row + "\n" + GOOD)

    posts, aside = folder.drain()

    assert {post.id for post in posts} == {"7", "8", "9"}
    assert [one.where for one in aside] == ["reviews.csv:3"]
    assert reason in aside[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": 1, "text": "on', "is not JSON"),
        ("[1, 2]", "is not an object"),
        ('"text"', "is not an object"),
        ('{"id": 1}', "neither a text nor a rating"),
        ('{"id": 1, "text": "a\\u0000b"}', "text: holds a NUL byte"),
        ("[" * 100_000, "is not JSON"),
        ('{"text": ' + '{"a":' * 100_000, "is not JSON"),
        ('{"rating": NaN}', "neither a text nor a rating"),
        ('{"rating": ' + "9" * 5000 + "}", "is not JSON"),
    ],
    ids=range(9),
)
def test_a_bad_json_line_is_set_aside_and_the_rest_goes_on(watched, line, reason):
    folder = watched()
    folder.put("a.jsonl", f'{{"id":7,"text":"x"}}\n{line}\n\n{{"id":8,"text":"y"}}\n')

    posts, aside = folder.drain()

    assert [post.id for post in posts] == ["7", "8"]
    assert [one.where for one in aside] == ["a.jsonl:2"]
    assert reason in aside[0].reason


def test_a_json_item_that_is_no_review_is_set_aside_by_its_number(watched):
    folder = watched()
    folder.put("a.json", '[{"text":"a"}, 5, {"text":""}, {"text":"b"}]')

    posts, aside = folder.drain()

    assert [post.text for post in posts] == ["a", "b"]
    assert [one.where for one in aside] == ["a.json, item 2", "a.json, item 3"]


def test_a_json_array_that_breaks_is_read_so_far_and_said_aloud(watched):
    folder = watched()
    folder.put("a.json", '[{"text":"a"}, {"text": oops}, {"text":"b"}]')

    posts, aside = folder.drain()
    again = folder.poll()

    assert [post.text for post in posts] == ["a"]
    assert where_and_why(aside)[0][0] == "a.json, item 2"
    assert "deliver the file again" in aside[0].reason
    assert list(again.set_aside) == []


@pytest.mark.parametrize(
    "content",
    [
        '[{"text":"a","n":{"m":[{}]}},\n {"text":"b"}]',
        '{"total":2,"tags":["x"],"none":[],"reviews":[{"text":"a"},{"text":"b"}],"x":1}',
        '{"text":"a"}\n{"text":"b"}\n',
        '{"text":"a","photos":[{}]}\n{"text":"b"}\n',
    ],
)
def test_json_comes_in_many_shapes(watched, content):
    folder = watched(batch=1)
    folder.put("a.json", content)

    assert folder.texts() == ["a", "b"]


def test_a_json_array_in_one_long_line_is_walked_in_pieces(watched):
    folder = watched(batch=500)
    rows = [{"id": n, "text": "x" * 1000, "tags": [{"é": 1}]} for n in range(3000)]
    folder.put("a.json", json.dumps(rows, ensure_ascii=False))

    posts, aside = folder.drain()

    assert [post.id for post in posts] == [str(n) for n in range(3000)]
    assert aside == []


def test_a_long_line_cut_inside_a_letter_tells_its_encoding(watched):
    folder = watched()
    text = "é" * 200_000
    folder.put("a.json", f'[{{"text": "{text}"}}]')

    assert folder.texts() == [text]


def test_a_file_cut_inside_a_letter_is_read_by_the_letters_before(watched):
    folder = watched()
    whole = '[{"text": "café"}, {"text": "né"}]'.encode()
    folder.put("a.json", whole[: whole.index("né".encode()) + 2])

    assert folder.texts() == ["café"]


@pytest.mark.parametrize("depth", [10, 400, 900, 3000])
def test_what_is_nested_deeply_is_no_harm(watched, depth):
    folder = watched()
    nested = '{"a":' * depth + "1" + "}" * depth
    listed = "[" * depth + "]" * depth
    folder.put("a.jsonl", f'{{"text":"x","b":{nested}}}\n{{"text":{listed}}}\n'
               '{"text":["y","z"]}\n')  # fmt: skip

    posts, aside = folder.drain()

    assert posts[-1].text == "y\nz"
    assert len(posts) + len(aside) == 3


def test_a_batch_of_long_rows_ends_before_memory_does(watched):
    folder = watched()
    folder.put("b.csv", "text\n" + f"{'x' * 1_000_000}\n" * 40)

    first = folder.poll()
    rest, _ = folder.drain()

    assert first.more
    assert len(first.posts) < 40
    assert len(first.posts) + len(rest) == 40


def test_a_tsv_field_may_hold_tabs_and_line_ends(watched):
    folder = watched()
    folder.put("a.tsv", 'id\ttext\tx\n1\t"a\n\tb"\t\n2\tc\t\n')

    assert folder.texts() == ["a\n\tb", "c"]


def test_one_json_object_is_one_post(watched):
    folder = watched()
    folder.put("a.json", '{"text":"only"}')

    assert folder.texts() == ["only"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", '{"total": 2, "tags": ["x"]', "has no array of objects"),
        ("a.json", "id,text\n1,one\n", "is not JSON"),
        ("a.csv", "id,text\r1,one\r", "CR alone"),
        ("a.csv", "alpha,beta\n1,2\n", "no column we know"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_set_aside_once(
    watched, name, content, reason
):
    folder = watched()
    folder.put(name, content)

    _, aside = folder.drain()
    again = folder.poll()

    assert [one.where for one in aside] == [name]
    assert reason in aside[0].reason
    assert list(again.set_aside) == []


@pytest.mark.parametrize(
    "name_and_empty",
    [("a.csv", ""), ("a.csv", "\n\n"), ("a.csv", HEAD), ("a.json", ""),
     ("a.json", "[]"), ("a.json", "[ \n"), ("a.jsonl", ""), ("a.jsonl", "\n"),
     ("a.csv", "\ufeff")],
)  # fmt: skip
def test_an_empty_file_is_no_post(watched, name_and_empty):
    folder = watched()
    folder.put(*name_and_empty)

    batch = folder.poll()

    assert list(batch.posts) == []
    assert not batch.more


def test_an_empty_file_may_be_filled_later_in_any_encoding(watched):
    folder = watched()
    folder.put("a.csv", "")
    folder.drain()
    folder.put("a.csv", (HEAD + "1,größe,5\n").encode("utf-16"))

    assert folder.texts() == ["größe"]


def test_blank_lines_and_empty_rows_are_nothing(watched):
    folder = watched()
    folder.put("a.csv", "\n" + HEAD + "\n1,one,5\n,,\n\n2,two,4\n\n")

    posts, aside = folder.drain()

    assert [post.id for post in posts] == ["1", "2"]
    assert aside == []


def test_empty_fields_past_the_last_column_are_nothing(watched):
    folder = watched()
    folder.put("a.csv", HEAD + "1,one,5,,\n")

    assert folder.texts() == ["one"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_text_over_many_lines_is_one_row(watched, newline):
    folder = watched(batch=1)
    rows = [HEAD.strip(), f'1,"one{newline}{newline}two, ""three""",5', "2,b,4", ""]
    folder.put("a.csv", newline.join(rows))

    assert folder.texts() == ['one\n\ntwo, "three"', "b"]


def test_the_line_named_is_the_line_in_the_file(watched):
    folder = watched(batch=1)
    folder.put("a.csv", HEAD + '1,"one\n2\n3",5\nbad\n')

    _, aside = folder.drain()

    assert [one.where for one in aside] == ["a.csv:5"]


def test_a_stray_quote_takes_no_other_row_with_it(watched):
    folder = watched()
    folder.put("a.csv", HEAD + '1,"5 inch screen,5\n2,two,4\n3,"three",3\n4,fo"ur,2\n')

    posts, aside = folder.drain()

    assert [post.text for post in posts] == ['"5 inch screen', "two", "three", 'fo"ur']
    assert aside == []


def test_quotes_in_tsv_are_text_where_they_do_not_close(watched):
    folder = watched()
    folder.put(
        "a.tsv", 'id\ttext\n1\t"so they said\n2\ttwo\n3\tend"\n4\t"over\nlines"\n'
    )

    assert folder.texts() == ['"so they said', "two", 'end"', "over\nlines"]


def test_a_delimiter_within_quotes_is_none(watched):
    folder = watched(columns={"text": "What, and why", "rating": "1, 2, 3"})
    folder.put("a.csv", '"What, and why";"1, 2, 3"\n"a, b";3\n')

    assert folder.texts() == ["a, b"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(watched, delimiter):
    folder = watched()
    folder.put("a.csv", delimiter.join(["id", "text", "rating"]) + "\n" +
               delimiter.join(["1", '"a,b;c|d"', "4"]) + "\n")  # fmt: skip

    assert folder.texts() == ["a,b;c|d"]


def test_a_delimiter_may_be_set(watched):
    folder = watched(delimiter="^")
    folder.put("a.csv", "id^text,x\n1^one,two\n".replace("text,x", "text"))

    assert folder.texts() == ["one,two"]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_the_encoding_is_found(watched, encoding, name):
    folder = watched(batch=1)
    texts = ["größe", "plain", "café über"]
    objects = [json.dumps({"text": t}, ensure_ascii=False) for t in texts]
    content = {
        "a.csv": "text\n" + "\n".join(texts) + "\n",
        "a.jsonl": "\n".join(objects),
        "a.json": "[" + ",".join(objects) + "]",
    }[name]
    folder.put(name, content.encode(encoding))

    assert folder.texts() == texts


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_letters_that_hold_the_byte_of_a_line_end_end_no_line(watched, encoding):
    folder = watched(batch=1)
    texts = ["Ċ", "ਊa", "਀", "a਍Ċ"]  # U+010A, U+0A0A, U+0A00, U+0A0D
    mark = "\ufeff"
    folder.put("a.csv", (mark + "text\n" + "\n".join(texts) + "\n").encode(encoding))

    assert folder.texts() == texts


def test_a_file_that_is_not_utf8_is_read_as_cp1252_and_said(watched, caplog):
    folder = watched()
    folder.put("a.csv", "text\ncaf\u00e9\n".encode("cp1252"))

    texts, found = folder.texts(), folder.connector().validate()

    assert texts == ["café"]
    assert "a.csv is not UTF-8, it is read as cp1252" in caplog.text
    assert "read as cp1252" in found
    assert caplog.records[0].levelno == logging.WARNING


def test_one_damaged_row_does_not_change_the_encoding(watched):
    folder = watched()
    rows = ["text", "größe", "caf\xe9", "naïve", "señor"]
    raw = b"\n".join(
        row.encode("latin-1" if row == "caf\xe9" else "utf-8") for row in rows
    )
    folder.put("a.csv", raw + b"\n")

    posts, aside = folder.drain()

    assert [post.text for post in posts] == ["größe", "naïve", "señor"]
    assert where_and_why(aside) == [
        ("a.csv:3", "is not utf-8; save the file as UTF-8, or set encoding")
    ]


def test_undecodable_bytes_in_a_json_array_cost_one_item(watched):
    folder = watched(encoding="utf-8")
    folder.put("a.json", b'[{"text":"a"},{"text":"caf\xe9"},{"text":"b"}]')

    posts, aside = folder.drain()

    assert [post.text for post in posts] == ["a", "b"]
    assert [one.where for one in aside] == ["a.json, item 2"]


def test_accents_that_come_later_still_tell_the_encoding(watched):
    folder = watched()
    folder.put("a.csv", "text\nplain\n")
    folder.drain()
    folder.append("a.csv", "café\n".encode("cp1252"))

    assert folder.texts() == ["café"]


def test_half_a_letter_in_json_becomes_a_replacement(watched):
    folder = watched()
    folder.put("a.jsonl", '{"text":"a \\ud83d b"}\n')

    assert folder.texts() == ["a \ufffd b"]


def test_no_reason_quotes_what_a_stranger_wrote(watched):
    folder = watched()
    folder.put(
        "a.csv",
        "text,date,rating\n"
        "my secret is xyzzy,I was born on 5/6/1970 at xyzzy,3\n"
        "xyzzy\n,,xyzzy\n",
    )
    folder.put("b.jsonl", "xyzzy\n")

    _, aside = folder.drain()

    assert len(aside) == 4
    assert "xyzzy" not in str(aside)


FIELD = st.text(
    alphabet=st.one_of(
        st.sampled_from('abc ,;\t"\n\r|{}[]\\éĊ਀👩'),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    max_size=12,
)
TEXTS = st.lists(FIELD.map(lambda text: f"t{text}t"), max_size=8)
BIG = settings(max_examples=150, deadline=None)


def as_csv(texts, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["id", "text", "x"])
    writer.writerows([n, text, ""] for n, text in enumerate(texts))
    return out.getvalue()


def as_json_lines(texts, _):
    rows = ({"id": n, "text": text} for n, text in enumerate(texts))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_json_array(texts, _):
    rows = [{"id": n, "text": text} for n, text in enumerate(texts)]
    return json.dumps(rows, ensure_ascii=False, indent=len(texts) % 3 or None)


@pytest.mark.parametrize(
    "form", [(".csv", as_csv), (".jsonl", as_json_lines), (".json", as_json_array)]
)
@given(
    texts=TEXTS,
    batch=st.integers(1, 4),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]),
    delimiter=st.sampled_from(",;\t|"),
)
@BIG
def test_whatever_was_written_is_read_and_resumed_from_any_row(
    tmp_path_factory, form, texts, batch, encoding, delimiter
):
    # In TSV "a<tab>...<line end>...<tab>b" may be one field or two rows.
    assume(delimiter != "\t" or "\t" not in "".join(texts))
    suffix, write = form
    path = tmp_path_factory.mktemp("files") / f"a{suffix}"
    path.write_bytes(write(texts, delimiter).encode(encoding))
    source = FileSource(
        name="x", type="file", path=str(path), batch=batch, delimiter=delimiter,
        encoding=encoding.removesuffix("-sig"),
    )  # fmt: skip

    seen, aside, cursor, more = [], [], None, True
    while more:
        found = FileConnector(source, now=lambda: 9e9).poll(cursor)
        cursor, more = json.loads(json.dumps(found.cursor)), found.more
        seen += found.posts
        aside += found.set_aside

    wanted = [t.replace("\r\n", "\n").replace("\r", "\n") for t in texts]
    assert {post.id: post.text for post in seen} == {
        str(n): text for n, text in enumerate(wanted)
    }
    assert (len(seen), aside) == (len(texts), [])


@pytest.mark.parametrize(
    "form", [(".csv", as_csv), (".jsonl", as_json_lines), (".json", as_json_array)]
)
@given(
    texts=TEXTS,
    cuts=st.lists(st.integers(0, 400), max_size=4),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
@BIG
def test_a_file_that_grows_by_any_bytes_arrives_whole(
    tmp_path_factory, form, texts, cuts, encoding
):
    suffix, write = form
    folder = Watched(tmp_path_factory.mktemp("files"), batch=2, delimiter=",")
    raw = write(texts, ",").encode(encoding)
    seen = {}

    for cut in [*sorted(cuts), len(raw)]:
        folder.put(f"a{suffix}", raw[:cut])
        seen |= {post.id: post.text for post in folder.drain()[0]}

    wanted = [t.replace("\r\n", "\n").replace("\r", "\n") for t in texts]
    assert {n: seen.get(str(n)) for n in range(len(texts))} == dict(enumerate(wanted))


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl"])
@given(raw=st.binary(max_size=200), tail=st.booleans())
@BIG
def test_no_bytes_make_it_fail_or_run_for_ever(tmp_path_factory, suffix, raw, tail):
    path = tmp_path_factory.mktemp("files") / f"a{suffix}"
    begin = {".json": b'[{"text":"a"},', ".jsonl": b'{"text":"a"}\n'}
    path.write_bytes(begin.get(suffix, b'text\ta"\n') * tail + raw)
    connector = FileConnector(
        FileSource(name="x", type="file", path=str(path), batch=2), now=lambda: 9e9
    )

    cursor, polls, more = None, 0, True
    while more:
        batch = connector.poll(cursor)
        cursor, more = json.loads(json.dumps(batch.cursor)), batch.more
        polls += 1

        assert polls <= 200
        assert all("\0" not in post.text + post.id for post in batch.posts)
        assert all((post.text + post.id).encode() for post in batch.posts)
