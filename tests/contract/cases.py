"""Every connector under the contract. A new one adds its line, nothing else."""

from collections.abc import Sequence

from tests.contract.app_store_case import CASE as APP_STORE
from tests.contract.app_store_feed_case import CASE as APP_STORE_FEED
from tests.contract.case import Case
from tests.contract.google_business_case import CASE as GOOGLE_BUSINESS
from tests.contract.google_play_case import CASE as GOOGLE_PLAY
from tests.contract.reddit_case import CASE as REDDIT
from tests.contract.rss_case import CASE as RSS
from tests.contract.trustpilot_case import CASE as TRUSTPILOT
from tests.contract.x_case import CASES as X
from tests.fakes.folder import csv_text, folder_case, json_array, json_lines

CASES: Sequence[Case] = (
    folder_case("file-csv", ".csv", csv_text),
    folder_case("file-csv-utf16", ".csv", csv_text, "utf-16"),
    folder_case("file-jsonl", ".jsonl", json_lines),
    folder_case("file-json", ".json", json_array),
    REDDIT,
    RSS,
    GOOGLE_BUSINESS,
    GOOGLE_PLAY,
    *X,
    APP_STORE,
    APP_STORE_FEED,
    TRUSTPILOT,
)
