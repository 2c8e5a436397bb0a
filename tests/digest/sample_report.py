"""A report with something in every corner, made by hand: for drawing and reading."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.digest.period import Period
from monitor.digest.report import (
    Answering,
    Answers,
    Changed,
    Channel,
    Counts,
    Day,
    Effects,
    Feelings,
    Health,
    Hole,
    Late,
    Number,
    Others,
    Part,
    Quote,
    Reasoned,
    Report,
    Restated,
    Spike,
    Spikes,
    Stars,
    Theme,
    Themes,
    Trend,
    Trust,
    Unit,
    Voice,
    Waiting,
)
from sentiment import Label

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22), "Europe/Amsterdam")
AS_OF = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> @channel <!here> $x_1$ \u202egnp \x1b[31m"


def number(name, value, unit=Unit.COUNT, previous=None, **more):
    return Number(
        name=name, unit=unit, value=value, previous=previous, like=name, **more
    )


def feelings():
    daily = [
        (9, 12, 7, 1), (11, 10, 6, 0), (8, 14, 9, 2), (12, 15, 31, 1),
        (10, 9, 12, 0), (4, 3, 2, 1), (3, 2, 1, 0),
    ]  # fmt: skip
    days = [
        Day(day, Counts(*counts), f"day:{day}")
        for day, counts in zip(WEEK.days, daily, strict=True)
    ]
    before = [
        Day(day, Counts(n, n, n // 2, 1))
        for day, n in zip(WEEK.before.days, (9, 11, 10, 8, 12, 3, 2), strict=True)
    ]
    counts = sum((day.counts for day in days), Counts())
    previous = sum((day.counts for day in before), Counts())
    return Feelings(
        volume=number("volume", counts.total, previous=previous.total),
        positive=number("positive", 0.3, Unit.SHARE, 0.4, of=190, is_real=True),
        neutral=number("neutral", 0.34, Unit.SHARE, 0.4, of=190, is_real=False),
        negative=number(
            "negative", 0.36, Unit.SHARE, 0.2, of=190, is_real=True, low=0.29, high=0.43
        ),
        not_sure=number("not_sure", 0.026, Unit.SHARE, 0.05, of=195),
        net=number("net", -6.0, Unit.NET, 20.0, of=190, is_real=True),
        rating=number(
            "rating",
            3.4,
            Unit.STARS,
            3.9,
            of=14,
            note="only 14 ratings: read with care",
        ),
        stars=[
            Stars(stars, count, previous, f"stars:{stars}")
            for stars, count, previous in zip(
                range(1, 6), (4, 1, 1, 2, 6), (1, 1, 2, 4, 9), strict=True
            )
        ],
        counts=counts,
        previous=previous,
        days=days,
        previous_days=before,
        sources=[
            Part(
                name="x-brand", counts=Counts(31, 40, 48, 3), previous=Counts(20, 30, 9)
            ),
            Part(
                name="reddit", counts=Counts(12, 20, 14, 2), previous=Counts(10, 9, 8)
            ),
            Part(
                name="app-store-reviews-of-everything",
                counts=Counts(14, 5, 6, 0),
                previous=None,
                rating=3.4,
                ratings=14,
            ),
        ],
        languages=[
            Part(name="en", counts=Counts(57, 65, 68, 0), previous=Counts(60, 50, 30)),
            Part(name="nl", counts=Counts(0, 0, 0, 5), previous=Counts(0, 0, 0, 7)),
        ],
    )


def quote(text, number_):
    return Quote(text, f"https://x.example/{number_}", number_, "x", "ann", None)


def themes():
    lid = Theme(
        words=("lid", "leaks", "bag"),
        counts=Counts(1, 3, 22, 0),
        previous=Counts(1, 1, 2, 0),
        trend=Trend.GROWING,
        quote=quote("the new lid leaks all over my bag", 11),
        mentions=(11, 12),
        like="theme:1",
    )
    app = Theme(
        words=("app", "login", "update"),
        counts=Counts(2, 9, 11, 1),
        previous=None,
        trend=Trend.NEW,
        quote=quote(f"since the update {HOSTILE} I cannot log in", 12),
        mentions=(13,),
        like="theme:2",
    )
    kind = Theme(
        words=("staff", "friendly", "service"),
        counts=Counts(19, 4, 1, 0),
        previous=Counts(9, 6, 3, 0),
        trend=Trend.STEADY,
        quote=quote("friendly staff, quick service", 13),
        mentions=(14,),
        like="theme:3",
    )
    far = replace(kind, words=("コーヒー", "美味しい", "豆"), counts=Counts(5, 1, 0, 2),
                  trend=Trend.FALLING, quote=None, like="theme:4")  # fmt: skip
    return Themes(
        themes=(lid, kind, app, far),
        improved=(kind,),
        worse=(lid,),
        texts=195,
        without=110,
    )


def waiting(number_, **more):
    values = {
        "mention_id": number_,
        "url": f"https://x.example/{number_}",
        "platform": "x",
        "source": "x-brand",
        "author": "ben",
        "text": f"Nobody answers me. {HOSTILE} " + "word " * 60,
        "posted_at": AS_OF - timedelta(days=3, hours=number_),
        "due_at": AS_OF - timedelta(hours=5),
        "is_overdue": True,
        "priority": "high",
        "feeling": "negative",
    }
    return Waiting(**(values | more))


def answering():
    return Answering(
        needed=number("needed", 160, previous=130),
        answered=number("answered", 148, previous=126),
        response_rate=number(
            "response_rate", 0.925, Unit.SHARE, 0.969, of=160, is_real=False
        ),
        first_response=number("first_response", 1.4, Unit.HOURS, 2.2, of=148),
        first_response_p90=number("first_response_p90", 20.0, Unit.HOURS, 17.0, of=148),
        first_response_business=number(
            "first_response_business", 0.8, Unit.HOURS, 1.1, of=148
        ),
        first_response_business_p90=number(
            "first_response_business_p90", 5.5, Unit.HOURS, 6.0, of=148
        ),
        resolution=number("resolution", 2.0, Unit.HOURS, 2.4, of=151),
        first_contact=number("first_contact", 0.91, Unit.SHARE, 0.9, of=148),
        deadlines_met=number("deadlines_met", 0.88, Unit.SHARE, 0.94, of=160),
        unanswered=number("unanswered", 9, previous=4),
        older_unanswered=number("older_unanswered", 1),
        waiting=[
            waiting(90, is_older=True),
            waiting(4),
            waiting(3, is_overdue=False, due_at=AS_OF + timedelta(hours=3), rating=1.0),
        ],
        channels=[
            Answers(Channel.SLACK, 131, 1.2, "channel:slack"),
            Answers(Channel.NATIVELY, 14, 3.0, "channel:natively"),
            Answers(Channel.BY_HAND, 3, 9.0, "channel:by_hand"),
        ],
        people=[Answers("Ana", 80, 1.0), Answers("Bo", 51, 1.6)],
        dismissed=number("dismissed", 3, previous=2),
        dismissals=[Reasoned("just a joke", 2), Reasoned("spam", 1)],
        response_hours=sorted(
            [0.2] * 40 + [0.8] * 22 + [2.5] * 50 + [9.0] * 30 + [30.0] * 6
        ),
        business_hours=sorted([0.2] * 60 + [1.0] * 88),
        deadline_hours=24.0,
        has_hours=True,
    )


def effects():
    return Effects(
        edited=number("edited", 4),
        recovered=number("recovered", 2),
        relapsed=number("relapsed", 1),
        came_back=number("came_back", 6),
        came_back_happier=number("came_back_happier", 3),
        changes=[
            Changed(
                mention_id=21, url="https://apps.example/21", platform="app_store",
                author="cleo", text=f"They fixed it in a day! {HOSTILE}",
                answered_at=AS_OF - timedelta(days=4), edited_at=AS_OF - timedelta(days=2),
                rating=5.0, rating_before=1.0, label=Label.POSITIVE,
                label_before=Label.NEGATIVE, is_better=True,
            )
        ],
    )  # fmt: skip


def others():
    return Others(
        share_of_voice=number("share_of_voice", 0.66, Unit.SHARE, 0.6, of=295),
        voices=[
            Voice(
                brand=name, is_ours=ours, counts=counts,
                share=number("voice_share", counts.total / 295, Unit.SHARE, of=295),
                net=number("voice_net", counts.net, Unit.NET),
            )
            for name, ours, counts in (
                ("Northwind Coffee", True, Counts(57, 65, 68, 5)),
                ("Brewtopia", False, Counts(50, 30, 15, 5)),
            )
        ],
    )  # fmt: skip


def trust():
    return Trust(
        sources=[
            Health(source="x-brand", state="fine", mentions=122, last_success=AS_OF,
                   last_post=AS_OF - timedelta(hours=2)),
            Health(source="reddit", state="failing", mentions=48, error="502 bad gateway",
                   last_success=AS_OF - timedelta(hours=9)),
            Health(source="play", state="fine", mentions=0, is_new=True),
        ],
        holes=[
            Hole("reddit", "gap", "100 comments came with no overlap",
                 AS_OF - timedelta(days=3), AS_OF - timedelta(days=4), AS_OF - timedelta(days=3))
        ],
        late=Late(WEEK.before, AS_OF - timedelta(days=7), 6,
                  [Restated("volume", Unit.COUNT, 128, 134)]),
        corrected=number("corrected", 5),
        accuracy=number("accuracy", 0.97, Unit.SHARE, of=190),
        left_out=[Reasoned("repost", 31), Reasoned("own_post", 12)],
        erased=0,
    )  # fmt: skip


def sample_report(**changes):
    report = Report(
        brand="Northwind Coffee",
        period=WEEK,
        before=WEEK.before,
        as_of=AS_OF,
        is_first=False,
        is_quiet=False,
        feelings=feelings(),
        themes=themes(),
        answering=answering(),
        effects=effects(),
        others=others(),
        spikes=Spikes(
            spikes=(
                Spike(day=date(2026, 11, 19), what="negative", observed=31, expected=7.0,
                      score=6.1, source="x-brand", words=("lid", "leaks")),
            ),
            method="median and spread of the 28 days before; a spike is more than 3.5 spreads",
            usual=25.0, high=44.0, baseline_days=28,
        ),
        trust=trust(),
        notes=(),
    )  # fmt: skip
    return replace(report, **changes)
