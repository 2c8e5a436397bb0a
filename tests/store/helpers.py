"""Batches as the pipeline would hand them over, and raw SQL to look behind the store."""

from datetime import timedelta

from sqlalchemy import text

from monitor.models import Checkpoint
from monitor.store import Intake
from tests.fakes.mentions import NOW, make_mention


def batch(*new, source="fake", version=0, seen=None, now=NOW, **more):
    unmatched, aside = more.get("unmatched", ()), more.get("set_aside", ())
    posts = len({(m.platform, m.post_id) for m in new}) + len(unmatched) + len(aside)
    if seen is not None:
        more.setdefault("known", seen - posts)
    return Intake(
        source=source,
        version=version,
        cursor={"seen": version + 1},
        now=now,
        next_poll_at=now + timedelta(minutes=5),
        seen=posts if seen is None else seen,
        new=new,
        **more,
    )


def keep(store, *new, **more):
    """Record mentions after whatever the source brought before; return their ids."""
    source = more.get("source", "fake")
    at = store.sources.checkpoint(source, NOW)
    store.record(batch(*new, version=at.version, **more))
    return [
        store.mentions.known(one.platform, [one.post_id])[
            one.platform, one.post_id, one.brand
        ].id
        for one in new
    ]


def keep_one(store, **values):
    """Record one mention and return it as stored."""
    values = {"source": "fake"} | values
    [number] = keep(store, make_mention(**values), source=values["source"])
    return store.mentions.get(number)


def many(count, **values):
    return [make_mention(post_id=str(n), **values) for n in range(count)]


def sql(database, statement, **values):
    """Change the database behind the store's back."""
    with database.write() as session:
        return session.execute(text(statement), values)


def rows(database, table):
    with database.read() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608


def checkpoint(store, source="fake") -> Checkpoint:
    return store.sources.checkpoint(source, NOW)
