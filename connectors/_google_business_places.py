"""Which locations there are: the accounts we may manage, and what they hold.

https://developers.google.com/my-business/reference/accountmanagement/rest/v1/accounts/list
and https://developers.google.com/my-business/reference/businessinformation/rest/v1/accounts.locations/list.
Surprise: a location may be in several accounts (a person's own and a group); the
first one counts, so that no review comes twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors._google_api import GoogleApi, an_object
from connectors._google_business_posts import Location
from connectors.base import Gone, Refused, Unavailable

MOST_PAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Lists locations. `account` and `only` narrow it down; empty means all."""

    accounts: GoogleApi
    locations: GoogleApi
    account: str | None
    only: Sequence[str]

    def all(self) -> list[Location]:
        """Return the chosen locations, each once.

        Raises:
            Unavailable: no answer.
            Refused: no access; no such account; none of the chosen locations.
        """
        found: dict[str, Location] = {}
        try:
            for account in self._accounts():
                for location in self._of(account):
                    found.setdefault(_number(location.name), location)
        except Gone as e:
            raise Refused(f"{e}; check `account`") from e
        wanted = {_number(name) for name in self.only} or found.keys()
        chosen = [one for number, one in found.items() if number in wanted]
        if self.only and not chosen:
            raise Refused("the account has none of the chosen `locations`")
        return chosen

    def missing(self, found: Sequence[Location]) -> list[str]:
        """Return the chosen locations that are not there."""
        have = {_number(location.name) for location in found}
        return [name for name in self.only if _number(name) not in have]

    def _accounts(self) -> list[str]:
        if self.account:
            return [f"accounts/{_number(self.account)}"]
        told = _pages(self.accounts, "v1/accounts", {"pageSize": 20}, "accounts")
        return [str(one["name"]) for one in told if one.get("name")]

    def _of(self, account: str) -> Iterator[Location]:
        asked: dict[str, str | int] = {
            "readMask": "name,title,metadata",
            "pageSize": 100,
        }
        path = f"v1/{account}/locations"
        for one in _pages(self.locations, path, asked, "locations"):
            if one.get("name"):
                yield _location(account, one)


def _location(account: str, told: Mapping[str, Any]) -> Location:
    metadata = told.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    return Location(
        name=f"{account}/locations/{_number(str(told['name']))}",
        title=str(told.get("title") or ""),
        url=str(known.get("mapsUri") or ""),
        is_verified=known.get("hasVoiceOfMerchant") is not False,
    )


def _pages(
    api: GoogleApi, path: str, params: Mapping[str, str | int], name: str
) -> Iterator[Mapping[str, Any]]:
    asked = dict(params)
    for _ in range(MOST_PAGES):
        told = an_object(api.get(path, asked))
        items = told.get(name)
        yield from (one for one in items or () if isinstance(one, dict))
        token = told.get("nextPageToken")
        if not token:
            return
        asked["pageToken"] = str(token)
    raise Unavailable(f"the list of {name} does not end")


def _number(name: str) -> str:
    return name.rpartition("/")[2]
