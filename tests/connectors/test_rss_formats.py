"""What each kind of feed says, and the Post it becomes."""

import codecs
import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.connectors.rss_helpers import NOW, connector, only, poll
from tests.fakes.feed import Item, atom, day, rss
from tests.fakes.server import Reply


def rss_item(inner):
    return rss([f"<item>{inner}</item>"])


# Formats


RSS_091 = """<?xml version="1.0"?><rss version="0.91"><channel><title>T</title>
<item><title>Acme is great</title><link>http://a.example/1</link>
<description>I love it</description></item></channel></rss>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>T</title><link>http://a.example</link></channel>
<item rdf:about="http://a.example/1"><title>Acme is great</title>
<link>http://a.example/1</link><description>I love it</description>
<dc:date>2026-11-01T12:00:00Z</dc:date></item></rdf:RDF>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>
<id>http://a.example/1</id><link href="http://a.example/1"/><title>Acme is great</title>
<updated>2026-11-01T12:00:00Z</updated><content type="html">I love it</content>
</entry></feed>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "items": [
            {
                "id": "http://a.example/1",
                "url": "http://a.example/1",
                "title": "Acme is great",
                "content_html": "<p>I love it</p>",
                "date_published": "2026-11-01T12:00:00Z",
            }
        ],
    }
)


@pytest.mark.parametrize("feed", [RSS_091, RDF, ATOM, JSON_FEED])
def test_each_format_becomes_the_same_post(server, feed):
    post = only(poll(server, feed.encode()))

    assert post.text == "Acme is great\nI love it"
    assert post.id == post.url == "http://a.example/1"
    assert post.posted_at in {day(1), NOW}


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE), ("iso-8859-1", b""), ("windows-1252", b""),
    ],
)  # fmt: skip
def test_encodings_are_read(server, encoding, mark):
    name = encoding.removesuffix("-le").removesuffix("-be")
    feed = f'<?xml version="1.0" encoding="{name}"?><rss version="2.0"><channel><item><title>Schön für café</title></item></channel></rss>'

    post = only(poll(server, mark + feed.encode(encoding)))

    assert post.text == "Schön für café"


def test_charset_of_the_http_header_counts(server):
    body = rss_item("<title>Grüße</title>").replace(b' encoding="utf-8"', b"")
    latin = body.decode().encode("iso-8859-1")
    kind = {"Content-Type": "application/rss+xml; charset=iso-8859-1"}

    assert only(poll(server, Reply(latin, headers=kind))).text == "Grüße"


def test_broken_xml_gives_what_can_be_read(server):
    feed = rss([Item("1", "Fish & Chips")]).replace(b"Fish", b"<b>Fish & <i>")

    assert "Chips" in only(poll(server, feed)).text


def test_entity_bomb_is_no_bomb(server):
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE rss [<!ENTITY a0 "aaaaaaaaaa">{levels}]>'.encode()
    feed = rss_item("<guid>x:1</guid><title>&a8;</title>")

    batch = poll(server, feed.replace(b"<rss", bomb + b"<rss"))

    assert all(len(post.text) < 10_000 for post in batch.posts)


# Identity


def test_id_without_a_scheme_is_made_unique_to_its_feed(server):
    server.on("/a", Reply(rss([Item("1", "a")])))
    server.on("/b", Reply(rss([Item("1", "b")])))

    one = only(connector(server, "/a").poll(None))
    other = only(connector(server, "/b").poll(None))

    assert one.id.endswith(":1")
    assert other.id.endswith(":1")
    assert one.id != other.id


@pytest.mark.parametrize(
    "name", ["https://a.example/?p=1", "tag:a,2026:1", "urn:uuid:1"]
)
def test_id_that_is_unique_by_itself_stays(server, name):
    assert only(poll(server, rss([Item(name, "a")]))).id == name


def test_link_is_the_id_if_there_is_none(server):
    link = "https://a.example/1"

    assert only(poll(server, rss([Item(None, "a", link=link)]))).id == link


def test_words_are_the_id_if_there_is_neither(server):
    first = poll(server, rss([Item(None, "a"), Item(None, "b")]))
    second = poll(server, rss([Item(None, "a"), Item(None, "b")]), first.cursor)

    assert len({post.id for post in first.posts}) == 2
    assert all(post.id.startswith("sha256:") for post in first.posts)
    assert second.posts == []


def test_id_given_to_every_entry_names_none(server):
    items = [Item("https://a.example/", f"t{n}", link=f"https://a.example/{n}") for n in (1, 2, 3)]  # fmt: skip

    batch = poll(server, rss(items))

    assert len({post.id for post in batch.posts}) == 3


def test_of_several_versions_of_an_entry_the_latest_counts(server):
    def entry(text, at):
        return f"<entry><id>tag:a,1</id><updated>{at}</updated><content>{text}</content></entry>"

    old, new = (
        entry("old", "2026-11-01T00:00:00Z"),
        entry("new", "2026-11-02T00:00:00Z"),
    )
    first = poll(server, atom(old + new))
    second = poll(server, atom(new + old), first.cursor)

    assert only(first).text == "new"
    assert second.posts == []


def test_very_long_id_is_shortened(server):
    post = only(poll(server, rss([Item("urn:" + "x" * 5000, "a")])))

    assert len(post.id) < 100


# Dates


@pytest.mark.parametrize(
    "date",
    [
        "", "<pubDate></pubDate>", "<pubDate>yesterday</pubDate>",
        "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>",
        "<pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate>",
        "<pubDate>Fri, 01 Jan 2100 00:00:00 GMT</pubDate>",
        "<pubDate>Sun, 99 Nov 2026 99:00:00 GMT</pubDate>",
    ],
)  # fmt: skip
def test_without_a_date_that_can_be_the_first_sight_counts(server, date):
    def feed(text):
        return rss_item(f"<guid>x:1</guid><title>{text}</title>{date}")

    first = poll(server, feed("one"))
    second = poll(server, feed("two"), first.cursor, now=NOW + timedelta(days=1))

    assert only(first).posted_at == NOW
    assert only(second).posted_at == NOW


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 01 Nov 2026 13:00:00 +0100", "Sun, 1 Nov 2026 12:00:00 GMT",
        "01 Nov 2026 12:00:00 UT", "2026-11-01T12:00:00Z", "2026-11-01 12:00:00",
    ],
)  # fmt: skip
def test_dates_are_read_in_any_usual_form(server, date):
    post = only(poll(server, rss_item(f"<title>t</title><pubDate>{date}</pubDate>")))

    assert post.posted_at == day(1)


def test_date_that_goes_missing_is_no_edit(server):
    first = poll(server, rss([Item("x:1", "a", at=day(1))]))
    second = poll(server, rss([Item("x:1", "a")]), first.cursor)

    assert second.posts == []


# Links


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<link>https://a.example/1</link>", "https://a.example/1"),
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid>12345</guid>", "https://news.example/"),
        ("<link>javascript:alert(1)</link>", "https://news.example/"),
        ("<link>http://[broken</link>", "https://news.example/"),
        ("<link> https://a.example/1\n</link>", "https://a.example/1"),
    ],
)
def test_url_is_a_page_that_can_be_opened(server, inner, url):
    assert only(poll(server, rss_item(f"<title>t</title>{inner}"))).url == url


def test_relative_link_stands_on_the_feeds_address(server):
    post = only(poll(server, rss_item("<title>t</title><link>/blog/1</link>")))

    assert post.url == server.url("/blog/1")


def test_relative_link_stands_on_xml_base(server):
    entry = '<entry><id>tag:a,1</id><title>t</title><link href="1.html"/></entry>'

    post = only(poll(server, atom(entry, 'xml:base="https://a.example/blog/"')))

    assert post.url == "https://a.example/blog/1.html"


def test_link_through_feedburner_is_unwrapped(server):
    inner = (
        "<title>t</title><link>http://feedproxy.example/~r/a/~3/x/</link>"
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">'
        "https://a.example/1</f:origLink>"
    )

    assert only(poll(server, rss_item(inner))).url == "https://a.example/1"


# Google Alerts


def alert(number, url, title="<b>Acme</b> recalls phones"):
    wrapped = (
        f"https://www.google.com/url?rct=j&amp;sa=t&amp;url={url}&amp;ct=ga&amp;usg=A"
    )
    markup = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<entry><id>tag:google.com,2013:googlealerts/feed:{number}</id>"
        f'<title type="html">{markup}</title><link href="{wrapped}"/>'
        "<published>2026-11-20T10:00:00Z</published><updated>2026-11-20T10:00:00Z</updated>"
        '<content type="html">The maker &lt;b&gt;Acme&lt;/b&gt; said&amp;nbsp;...</content>'
        "<author><name></name></author></entry>"
    )


def test_alert_leads_to_the_real_page_in_plain_text(server):
    post = only(poll(server, atom(alert(1, "https://paper.example/story%3Fid%3D1"))))

    assert post.url == post.id == "https://paper.example/story?id=1"
    assert post.text == "Acme recalls phones\nThe maker Acme said ..."
    assert post.author.handle == "paper.example"


def test_same_story_under_several_ids_comes_once(server):
    one = alert(1, "https://paper.example/1")
    again = alert(2, "https://paper.example/1", title="Phones of <b>Acme</b> recalled")

    first = poll(server, atom(again + one))
    second = poll(server, atom(one + again), first.cursor)

    assert len(first.posts) == 1
    assert second.posts == []


def test_wrapper_around_something_else_than_a_page_stays(server):
    post = only(poll(server, atom(alert(1, "javascript:alert(1)"))))

    assert post.url.startswith("https://www.google.com/url?")


# Who, and in which language


@pytest.mark.parametrize(
    ("inner", "handle"),
    [
        ("<author>ann@a.example (Ann Lee)</author>", "Ann Lee"),
        ("<author>ann@a.co (Ann Lee)</author>", "Ann Lee"),
        ("<author>Ann Lee &lt;ann@a.example&gt;</author>", "Ann Lee"),
        ("<author>ann@a.example</author>", "ann@a.example"),
        ("<author>Ann @ Acme</author>", "Ann @ Acme"),
        ("<dc:creator>Ann Lee</dc:creator>", "Ann Lee"),
        ("", "Acme News"),
    ],
)
def test_author_is_named_or_else_the_feed(server, inner, handle):
    post = only(poll(server, rss_item(f"<title>t</title>{inner}")))

    assert post.author.handle == handle


def test_author_of_an_atom_entry_has_a_page(server):
    author = "<author><name>Ann</name><uri>https://ann.example</uri></author>"

    post = only(poll(server, atom(f"<entry><id>tag:1</id>{author}</entry>")))

    assert (post.author.name, post.author.url) == ("Ann", "https://ann.example")


@pytest.mark.parametrize(
    ("tag", "lang"),
    [("en-us", "en-us"), ("de", "de"), ("pt_BR", "pt-BR"), ("??", None)],
)
def test_language_is_the_feeds_own_word(server, tag, lang):
    feed = rss([Item("1", "a")]).replace(b"<title>", f"<language>{tag}</language><title>".encode(), 1)  # fmt: skip

    assert only(poll(server, feed)).lang == lang


def test_language_of_an_entry_comes_before_the_feeds(server):
    entry = '<entry xml:lang="fr"><id>tag:1</id><title>t</title></entry>'

    assert only(poll(server, atom(entry, 'xml:lang="de"'))).lang == "fr"


# Text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<title>Fish &amp;amp; Chips &lt;b&gt;now&lt;/b&gt;</title>", "Fish & Chips now"),
        ("<title>AT&amp;T</title>", "AT&T"),
        ("<title>Same</title><description>Same\nand more</description>", "Same\nSame and more"),
        ("<title>Same</title><description>Same&lt;br&gt;more</description>", "Same\nmore"),
        ("<description><![CDATA[<p>a</p><p>b</p>]]></description>", "a\n\nb"),
    ],
)  # fmt: skip
def test_title_and_body_become_plain_text(server, inner, text):
    post = only(poll(server, rss_item(inner)))

    assert post.text == text


def test_plain_text_of_atom_is_not_read_as_html(server):
    entry = '<entry><id>tag:1</id><title type="text">5 &lt; 6 &amp;amp; &lt;b&gt;</title></entry>'

    assert only(poll(server, atom(entry))).text == "5 < 6 &amp; <b>"


def test_xhtml_of_atom_is_read(server):
    content = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a <b>b</b></p><p>c</p></div></content>'

    post = only(poll(server, atom(f"<entry><id>tag:1</id>{content}</entry>")))

    assert post.text == "a b\n\nc"


def test_full_content_comes_before_the_summary(server):
    inner = (
        '<description>short</description><c:encoded xmlns:c="http://purl.org/rss/1.0/'
        'modules/content/">the whole story</c:encoded>'
    )

    assert only(poll(server, rss_item(inner))).text == "the whole story"


# JSON Feed


def json_feed(*items, **more):
    told = {"version": "https://jsonfeed.org/version/1", "title": "T", "items": items}
    return json.dumps(told | more).encode()


def test_json_item_brings_author_language_and_edit(server):
    item = {
        "id": 7,
        "content_text": "5 < 6 <b>",
        "author": {"name": "Ann", "url": "https://ann.example"},
        "date_published": "2026-11-01T13:00:00+01:00",
        "date_modified": "2026-11-02T12:00:00Z",
    }

    post = only(poll(server, json_feed(item, language="de")))

    assert post.text == "5 < 6 <b>"
    assert (post.author.name, post.lang) == ("Ann", "de")
    assert (post.posted_at, post.edited_at) == (day(1), day(2))
    assert post.id.endswith(":7")


@pytest.mark.parametrize(
    "bad",
    [None, "text", 5, [], {}, {"authors": {}}],
)
def test_bad_json_item_is_set_aside(server, bad):
    batch = poll(server, json_feed({"id": "1", "content_text": "good"}, bad))

    assert [post.text for post in batch.posts] == ["good"]
    assert [aside.where for aside in batch.set_aside] == ["T entry number 2"]


@pytest.mark.parametrize(
    "odd",
    [
        {"authors": "Ann"}, {"authors": [None]}, {"authors": []}, {"author": 5},
        {"url": 5}, {"url": "http://["}, {"title": ["x"]}, {"language": 5},
        {"date_published": 5}, {"date_published": "0000-99"}, {"content_html": {}},
        {"date_published": "0001-01-01T00:00:00+14:00"}, {"title": "\x00\ud800"},
    ],
)  # fmt: skip
def test_odd_json_values_cost_no_post(server, odd):
    post = only(poll(server, json_feed({"id": "1", "content_text": "good"} | odd)))

    assert "good" in post.text
    post.text.encode()
    assert "\x00" not in post.text


def test_time_is_aware_and_in_utc(server):
    item = {"id": "1", "content_text": "a", "date_published": "2026-11-01T12:00:00"}

    post = only(poll(server, json_feed(item)))

    assert post.posted_at == datetime(2026, 11, 1, 12, tzinfo=UTC)
