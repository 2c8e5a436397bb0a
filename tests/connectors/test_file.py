"""A watched folder: what is read when, and what happens as files come and change."""

import errno
import io
import os
import re

import pytest
from pydantic import ValidationError

from connectors import FileSource, Refused, SetAside, Unavailable
from connectors._file.folder import look
from connectors._file.load import Load
from connectors._file.places import Place
from connectors.file import PATIENCE
from tests.fakes.folder import BROKEN_DISK

HEAD = "id,text\n"
READING = FileSource(name="x", type="file", path="x").reading


def test_a_file_still_being_written_is_left_for_the_next_poll(watched):
    folder = watched()
    folder.put("a.csv", HEAD + "1,one\n", ago=2)

    early = folder.poll()
    folder.clock += 5
    late = folder.poll()

    assert (list(early.posts), early.more) == ([], False)
    assert [post.text for post in late.posts] == ["one"]


def test_a_file_that_grows_under_an_old_time_is_left(watched):
    folder = watched()
    path = folder.put("a.csv", HEAD + "1,one\n", ago=2)
    folder.poll()
    path.write_text(HEAD + "1,one\n2,t")
    os.utime(path, (folder.clock - 2, folder.clock - 2))  # as a copy that keeps times
    folder.clock += 60

    growing = folder.poll()
    at_rest = folder.poll()

    assert list(growing.posts) == []
    assert len(at_rest.posts) == 2


def test_a_file_from_a_clock_ahead_of_ours_is_read_once_it_rests(watched):
    folder = watched()
    folder.put("a.csv", HEAD + "1,one\n", ago=-3600)

    first = folder.poll()
    folder.clock += 6
    second = folder.poll()

    assert (len(first.posts), len(second.posts)) == (0, 1)


def test_a_file_that_never_rests_is_read_as_far_as_its_rows_are_whole(watched):
    folder = watched()
    folder.put("log.csv", HEAD + "1,one\n2,tw", ago=0)
    folder.poll()
    folder.clock += PATIENCE
    folder.append("log.csv", "o\n3,thr", ago=0)

    busy = folder.texts()
    folder.append("log.csv", "ee\n4,four\n", ago=0)
    still_busy = folder.texts()

    assert (busy, still_busy) == (["one", "two"], ["three", "four"])


@pytest.mark.parametrize(
    ("name", "begin", "half", "rest"),
    [
        ("a.csv", "id,text,day\n1,one,\n", '2,"two and', ' more",2026-01-02\n'),
        ("a.csv", "id,text\n1,one\n", '2,"two\nand', ' more"\n'),
        ("a.csv", "id,text,x\n1,one,\n", '2,"two\nand more"', ",\n"),
        ("a.tsv", "id\ttext\n1\tone\n", "2\ttwo and", " more\n"),
        ("a.jsonl", '{"id":1,"text":"one"}\n', '{"id":2,"te', 'xt":"two and more"}\n'),
        ("a.json", '[{"id":1,"text":"one"}', ',{"id":2,"t', 'ext":"two and more"}]'),
    ],
)
def test_a_half_written_last_row_is_never_lost(watched, name, begin, half, rest):
    folder = watched()
    folder.put(name, begin + half)
    folder.drain()  # at rest for a minute: its writer is slow, or dead
    folder.append(name, rest)

    posts, aside = folder.drain()

    latest = {post.id: " ".join(post.text.split()) for post in posts}
    assert latest["2"] == "two and more"
    assert aside == []


def test_a_last_row_without_line_end_is_read(watched):
    folder = watched()
    folder.put("a.csv", HEAD + "1,one\n2,two")

    assert folder.texts() == ["one", "two"]


def test_a_file_that_grew_goes_on_where_it_stood(watched):
    folder = watched()
    folder.put("a.csv", HEAD + '1,"one\nin two lines"\n')
    folder.drain()
    folder.append("a.csv", "2,two\n")

    assert folder.texts() == ["two"]


def test_a_json_array_that_grew_goes_on_where_it_stood(watched):
    folder = watched()
    folder.put("a.json", '[{"id":1,"text":"one"}]')
    folder.drain()
    folder.put("a.json", '[{"id":1,"text":"one"},{"id":2,"text":"two"}]')

    assert folder.texts() == ["two"]


@pytest.mark.parametrize(
    "other",
    [
        HEAD + "8,new on top\n1,one\n2,two\n",
        HEAD + "8,short\n",
        HEAD + "1,onE\n2,two\n",
        "text,id\nother columns,9\n",
    ],
    ids=["longer", "shorter", "as long", "other columns"],
)
def test_a_file_replaced_under_its_name_is_read_anew(watched, other):
    folder = watched()
    folder.put("a.csv", HEAD + "1,one\n2,two\n")
    folder.drain()
    folder.put("a.csv", other)

    assert len(folder.texts()) == other.count("\n") - 1


def test_a_file_replaced_in_the_midst_of_reading_is_read_anew(watched):
    folder = watched(batch=2)
    folder.put("a.csv", HEAD + "".join(f"{n},old {n}\n" for n in range(5)))
    folder.poll()
    folder.put("a.csv", HEAD + "".join(f"{n},new {n}\n" for n in range(5)))

    assert folder.texts() == [f"new {n}" for n in range(5)]


def test_a_delivery_again_under_another_name_gives_the_same_ids(watched):
    folder = watched()
    rows = "text,author,date\nfine,ann,2026-01-02\n"
    folder.put("a.csv", rows)
    first, _ = folder.drain()
    folder.put("b.csv", rows, ago=30)

    again, _ = folder.drain()

    assert [post.id for post in again] == [post.id for post in first]


def test_ids_from_content_do_not_depend_on_the_file_s_own_time(watched):
    folder = watched()
    folder.put("a.csv", "text\nfine\n")
    folder.put("b.csv", "text\nfine\n", ago=3)
    folder.clock += 60

    posts, _ = folder.drain()

    assert posts[0].posted_at != posts[1].posted_at
    assert posts[0].id == posts[1].id


def test_an_untouched_folder_is_not_read_again(watched, tmp_path):
    folder = watched()
    path = folder.put("a.csv", HEAD + "1,one\n")
    folder.drain()
    before = path.stat()
    path.write_bytes(b"\0" * before.st_size)  # would be seen, were it read
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    batch = folder.poll()

    assert (list(batch.posts), list(batch.set_aside)) == ([], [])


def test_a_batch_is_oldest_first_though_the_file_is_newest_first(watched):
    folder = watched()
    folder.put("a.csv", "text,date\nlate,2026-03-01\nearly,2026-01-01\n")

    assert folder.texts() == ["early", "late"]


def test_many_small_files_come_in_one_poll(watched):
    folder = watched()
    for number in range(20):
        folder.put(f"{number}.csv", HEAD + f"{number},text {number}\n")

    batch = folder.poll()

    assert (len(batch.posts), batch.more) == (20, False)


def test_bad_rows_count_towards_a_batch(watched):
    folder = watched(batch=10)
    folder.put("a.csv", HEAD + "no\n" * 25)

    sizes = [len(folder.poll().set_aside) for _ in range(3)]

    assert sizes == [10, 10, 5]


def test_mended_settings_read_what_was_set_aside(watched):
    folder = watched()
    folder.put("a.csv", "text,date\nfine,05/06/2026\n")
    _, aside = folder.drain()
    folder.settings["date_format"] = "%d/%m/%Y"

    posts, none = folder.drain()

    assert len(aside) == 1
    assert (f"{posts[0].posted_at:%Y-%m-%d}", none) == ("2026-06-05", [])


def test_an_unreadable_cursor_begins_anew(watched):
    folder = watched()
    folder.put("a.csv", HEAD + "1,one\n")
    folder.cursor = {"version": 0, "something": "else"}

    assert folder.texts() == ["one"]


def test_only_finished_and_visible_files_are_read(watched):
    folder = watched()
    for name in (".hidden.csv", "~$open.csv", "a.csv.part", "a.csv.tmp", "a.csv~"):
        folder.put(name, HEAD + "1,one\n")
    folder.put("sub/deep.csv", HEAD + "1,one\n")

    batch = folder.poll()

    assert (list(batch.posts), list(batch.set_aside)) == ([], [])


def test_a_file_of_unknown_kind_is_set_aside_once(watched):
    folder = watched()
    folder.put("reviews.xlsx", "PK")
    folder.put("a.csv", HEAD + "1,one\n")

    posts, aside = folder.drain()
    again = folder.poll()

    assert len(posts) == 1
    assert aside == [
        SetAside("reviews.xlsx", "is of no kind we read; save it as CSV, or set format")
    ]
    assert list(again.set_aside) == []


def test_a_hidden_file_is_read_where_it_is_named(watched, tmp_path):
    folder = watched(path=str(tmp_path / ".hidden.csv"))
    folder.put(".hidden.csv", HEAD + "1,one\n")

    assert folder.texts() == ["one"]


def test_one_file_is_watched_alone(watched, tmp_path):
    folder = watched(path=str(tmp_path / "b.csv"))
    folder.put("a.csv", HEAD + "1,one\n")
    folder.put("b.csv", HEAD + "2,two\n")

    assert folder.texts() == ["two"]


def test_a_glob_takes_what_it_matches_in_all_folders(watched, tmp_path):
    folder = watched(path=str(tmp_path / "**" / "g2-*.csv"))
    folder.put("g2-1.csv", HEAD + "1,one\n")
    folder.put("deep/g2-2.csv", HEAD + "2,two\n")
    folder.put("other.csv", HEAD + "3,three\n")

    assert folder.texts() == ["one", "two"]


def test_a_format_may_be_named(watched):
    folder = watched(format="csv")
    folder.put("export.txt", HEAD + "1,one\n")

    assert folder.texts() == ["one"]


@pytest.mark.parametrize("path", ["gone", "gone.csv", "gone/*.csv", "a.csv/in"])
def test_a_missing_path_is_refused_with_its_name_and_remedy(watched, tmp_path, path):
    folder = watched(path=str(tmp_path / path))
    folder.put("a.csv", HEAD)

    with pytest.raises(Refused, match=re.escape(str(tmp_path)) + ".*create it"):
        folder.poll()


def test_an_empty_folder_and_a_glob_without_a_match_are_no_post(watched, tmp_path):
    for path in (tmp_path, tmp_path / "*.csv"):
        batch = watched(path=str(path)).poll()

        assert (list(batch.posts), batch.more) == ([], False)


def test_a_file_that_cannot_be_opened_is_said_once_and_stops_no_other(
    watched, tmp_path
):
    folder = watched()
    loop = tmp_path / "a.csv"
    loop.symlink_to(loop)
    folder.put("b.csv", HEAD + "2,two\n")

    posts, aside = folder.drain()
    silent = folder.poll()
    loop.unlink()
    folder.put("a.csv", HEAD + "1,one\n")

    assert [post.text for post in posts] == ["two"]
    assert [one.where for one in aside] == ["a.csv"]
    assert list(silent.set_aside) == []
    assert folder.texts() == ["one"]


@pytest.mark.skipif(not BROKEN_DISK.exists(), reason="needs Linux's /proc")
def test_a_broken_disk_holds_up_no_other_file_and_is_told_after(watched, tmp_path):
    folder = watched()
    folder.put("a.csv", HEAD + "1,one\n")
    (tmp_path / "broken.csv").symlink_to(BROKEN_DISK)
    folder.clock = 9e9

    batch = folder.poll()

    assert [post.text for post in batch.posts] == ["one"]
    with pytest.raises(Unavailable, match=r"broken\.csv"):
        folder.poll()


def test_a_disk_that_breaks_within_a_file_is_told_each_time(tmp_path):
    good = "".join(f"{n},text {n}\n" for n in range(9))
    path = tmp_path / "a.csv"
    path.write_text(HEAD + good)
    load = Load(100, FileSource(name="x", type="file", path="x").layout, READING)
    handle = BreaksAt(path.read_bytes(), reads=16)

    with pytest.raises(OSError, match="disk"):
        load.read(handle, look(str(path))[0], Place(), growing=False)

    assert handle.reads == 0
    assert (load.posts, load.rows) == ([], 0)


class BreaksAt(io.BytesIO):
    """A file that fails after so many lines were read from it."""

    def __init__(self, content, reads):
        super().__init__(content)
        self.reads = reads

    def readline(self, size=-1):
        if not self.reads:
            raise OSError(errno.EIO, "disk")
        self.reads -= 1
        return super().readline(size)


def test_validate_says_what_was_found_and_how_it_reads(watched):
    folder = watched()
    folder.put("old.csv", "nonsense\n")
    folder.put(
        "new.csv", "Reviewer,Review,Stars,Date\nAnn,Good phone,4,2026-01-02 03:04\n"
    )

    found = folder.connector().validate()

    assert found == (
        "2 files, 1 KB; new.csv columns: text=Review, author=Reviewer, "
        "posted_at=Date, rating=Stars; first row reads as Ann, 2026-01-02 03:04 UTC, "
        "4 stars, 10 characters"
    )


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        ("a,b\n1,2\n", "name one under columns"),
        ("text,date\nfine,05/06/2026\n", "set date_format"),
    ],
)
def test_validate_refuses_with_the_remedy(watched, content, remedy):
    folder = watched()
    folder.put("a.csv", content)

    with pytest.raises(Refused, match=remedy):
        folder.connector().validate()


def test_validate_of_an_empty_folder_says_so(watched, tmp_path):
    assert watched().connector().validate() == f"0 files, 0 KB in {tmp_path} so far"


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"header": False}, "columns by number"),
        ({"encoding": "klingon"}, "is not an encoding"),
        ({"encoding": "utf-32"}, "cannot be read"),
        ({"encoding": "base64"}, "cannot be read"),
        ({"delimiter": ";;"}, "one character"),
        ({"time_zone": "Mars/North"}, "is not a time zone"),
        ({"columns": {"txt": "a"}}, "columns"),
        ({"columns": {"text": []}}, "columns"),
        ({"platform": "G 2"}, "platform"),
        ({"rating_scale": 0}, "rating_scale"),
        ({"batch": 0}, "batch"),
        ({"path": ""}, "path"),
    ],
)
def test_wrong_settings_are_refused_at_start(settings, fault):
    with pytest.raises(ValidationError, match=fault):
        FileSource(**{"name": "x", "type": "file", "path": "in", **settings})


def test_settings_as_written_in_config_are_taken():
    source = FileSource.model_validate(
        {
            "name": "g2", "type": "file", "path": "in", "platform": "g2",
            "columns": {"text": ["pros", "cons"], "rating": "Score", "id": 1},
            "delimiter": "tab", "encoding": "UTF-16", "settle": "10s", "kind": "post",
        }
    )  # fmt: skip

    assert source.columns == {
        "text": ("pros", "cons"),
        "rating": ("Score",),
        "id": ("1",),
    }
    assert (source.delimiter, source.encoding) == ("\t", "utf-16-le")
    assert FileSource.model_json_schema()["properties"]["columns"]
