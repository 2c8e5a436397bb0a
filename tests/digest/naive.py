"""The digest's numbers once more, the slow and simple way: every row, in plain Python.

Written from docs/metrics.md and not from `monitor.digest`: it imports nothing of it.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import text


def read(database):
    """Return all mentions and events as dictionaries, times aware."""
    with database.read() as session:
        mentions = [
            dict(r) for r in session.execute(text("SELECT * FROM mention")).mappings()
        ]
        query = text("SELECT * FROM event ORDER BY id")
        events = [dict(row) for row in session.execute(query).mappings()]
    for row in (*mentions, *events):
        for key, value in row.items():
            if key == "at" or key.endswith("_at"):
                row[key] = aware(value)
    return mentions, events


def aware(value):
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value


class Naive:
    def __init__(self, database, brand, zone, first, last, at):
        self.mentions, self.events = read(database)
        self.brand, self.zone, self.at = brand, ZoneInfo(zone), at
        self.first, self.last = first, last
        self.here = [
            m
            for m in self.mentions
            if m["brand"] == brand and first <= self.day(m) <= last
        ]
        self.voice = [m for m in self.here if is_voice(m)]

    def day(self, m):
        return m["posted_at"].astimezone(self.zone).date()

    def moods(self, some=None):
        return Counter(mood(m) for m in (self.voice if some is None else some))

    def shares(self):
        moods = self.moods()
        judged = moods["positive"] + moods["neutral"] + moods["negative"]
        found = {
            name: moods[name] / judged if judged else None
            for name in ("positive", "neutral", "negative")
        }
        found["not_sure"] = moods["not_sure"] / len(self.voice) if self.voice else None
        found["net"] = (
            100 * (moods["positive"] - moods["negative"]) / judged if judged else None
        )
        stars = [m["rating"] for m in self.voice if m["rating"] is not None]
        found["rating"] = sum(stars) / len(stars) if stars else None
        return found

    def history(self, m):
        """Its changes of status until the moment, oldest first."""
        return [
            e for e in self.events
            if e["mention_id"] == m["id"] and e["at"] <= self.at and e["old"] != e["new"]
            and e["what"] != "erased"
        ]  # fmt: skip

    def state(self, m):
        past = self.history(m)
        if not past:
            return "unknown"
        if past[-1]["new"] == "gone" and past[-1]["old"] == "answered":
            return "answered"
        return past[-1]["new"]

    def at_state(self, *states):
        return [
            m for m in self.here
            if m["status"] != "not_ours" and self.state(m) in states
        ]  # fmt: skip

    def answer_times(self, m):
        """When each answer was given: the last is told by the row, the platform's way."""
        times = [e["at"] for e in self.history(m) if e["new"] == "answered"]
        later = [
            e for e in self.events
            if e["mention_id"] == m["id"] and e["at"] > self.at
            and e["new"] == "answered" and e["old"] != "answered"
        ]  # fmt: skip
        if times and m["answered_at"] and not later:
            times[-1] = m["answered_at"]
        return times

    def answering(self):
        answered = self.at_state("answered")
        waiting = self.at_state("open", "sending")
        dismissed = self.at_state("dismissed")
        first = sorted(hours(m["posted_at"], self.answer_times(m)[0]) for m in answered)
        done = [hours(m["posted_at"], self.answer_times(m)[-1]) for m in answered]
        done += [hours(m["posted_at"], self.history(m)[-1]["at"]) for m in dismissed]
        once = [
            m
            for m in answered
            if len(self.answer_times(m)) == 1 and not self.reopened(m)
        ]
        kept = [
            m
            for m in answered
            if m["due_at"] and self.answer_times(m)[-1] <= m["due_at"]
        ]
        due = [m for m in answered if m["due_at"]]
        due += [m for m in waiting if m["due_at"] and m["due_at"] < self.at]
        needed = len(answered) + len(waiting)
        return {
            "needed": needed,
            "answered": len(answered),
            "unanswered": len(waiting),
            "dismissed": len(dismissed),
            "response_rate": len(answered) / needed if needed else None,
            "first_response": median(first) if first else None,
            "resolution": median(done) if done else None,
            "first_contact": len(once) / len(answered) if answered else None,
            "deadlines_met": len(kept) / len(due) if due else None,
        }

    def reopened(self, m):
        return any(
            e["old"] == "answered" and e["new"] in ("open", "sending")
            for e in self.history(m)
        )

    def channels(self):
        named = {"replied": "slack", "replied_natively": "natively"}
        return Counter(
            named.get(m["reason"], "by_hand") for m in self.at_state("answered")
        )

    def came_back(self):
        """Authors with a mention in the period after an answered one of theirs."""
        begin = min((m["posted_at"] for m in self.here), default=self.at)
        found = set()
        for m in self.voice:
            if m["erased_at"]:
                continue
            for old in self.mentions:
                if (
                    old["id"] != m["id"]
                    and (old["brand"], old["author"]) == (self.brand, m["author"])
                    and old["answered_at"]
                    and old["answered_at"] < m["posted_at"]
                    and old["found_at"] > begin - timedelta(days=170)
                ):
                    found.add(m["author"])
        return len(found)

    def edited(self, start, end):
        """Mentions edited in a time after an answer, whatever they are now."""
        found = set()
        for m in self.mentions:
            answered = False
            for e in self.events:
                if e["mention_id"] != m["id"]:
                    continue
                if e["what"] == "edited" and answered and start <= e["at"] < end:
                    found.add(m["id"])
                answered = answered or e["new"] == "answered"
        return {m["id"] for m in self.mentions
                if m["id"] in found and m["brand"] == self.brand and is_voice(m)}  # fmt: skip


def is_voice(m):
    if m["status"] == "not_ours":
        return m["reason"] in ("watch_only", "other_language", "history")
    if m["status"] == "gone":
        return m["reason"] not in ("own_post", "repost", "excluded", "blocked_author",
                                   "spam_copy", "spam", "not_about_us")  # fmt: skip
    return not (m["status"] == "dismissed" and m["reason"] == "spam")


def mood(m):
    if m["corrected"]:
        return m["corrected"]
    return m["sentiment"] if m["sure"] else "not_sure"


def hours(start, end):
    return max((end - start) / timedelta(hours=1), 0.0)
