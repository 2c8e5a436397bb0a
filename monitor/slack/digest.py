"""A digest into Slack: its charts uploaded, then the message that shows them.

https://docs.slack.dev/messaging/working-with-files: an address to upload to, the bytes,
the end of it; after that Slack takes a while to look at a picture, and a message that
shows it too early is refused. So we look whether it is ready, and do without where it
is not: the figures matter more than the pictures.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_sdk import WebClient

from connectors import ConnectorError
from monitor.slack.errors import Rejected, translated
from monitor.slack.layout.message import Block

log = logging.getLogger(__name__)
LOOKS, APART = 12, 0.5
"""How often, and how many seconds apart, we look whether a picture is ready."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Uploads a digest's charts. An upload that nothing shows is seen by nobody."""

    client: WebClient
    pause: Callable[[float], None] = time.sleep

    def placed(self, blocks: Sequence[Block], files: Mapping[str, str]) -> list[Block]:
        """Return the blocks with each chart's file in its place, or without it."""
        shown: list[Block] = []
        for block in blocks:
            name = block.get("chart")
            if name is None:
                shown.append(dict(block))
            elif picture := self._uploaded(str(files.get(str(name), "")), block):
                bare = {key: value for key, value in block.items() if key != "chart"}
                shown.append(bare | {"slack_file": {"id": picture}})
        return shown

    def _uploaded(self, path: str, block: Block) -> str | None:
        """Return Slack's id of a picture that is ready; None: it cannot be had."""
        try:
            content = Path(path).read_bytes()
            return self._upload(Path(path).name, content, str(block["alt_text"]))
        except (OSError, ConnectorError, Rejected) as e:
            log.warning("a chart is left out of the digest: %s", e)
            return None

    def _upload(self, name: str, content: bytes, alt: str) -> str | None:
        with translated("uploading a chart", may_repeat=True):
            begun = self.client.files_getUploadURLExternal(
                filename=name, length=len(content), alt_txt=alt[:1000]
            )
            number = str(begun["file_id"])
            self.client._upload_file(  # noqa: SLF001 - what files_upload_v2 does
                url=str(begun["upload_url"]),
                data=content,
                logger=log,
                timeout=self.client.timeout,
                proxy=self.client.proxy,
                ssl=self.client.ssl,
            )
            self.client.files_completeUploadExternal(
                files=[{"id": number, "title": name}]
            )
            return number if self._is_ready(number) else None

    def _is_ready(self, number: str) -> bool:
        for look in range(LOOKS):
            if look:
                self.pause(APART)
            found: Any = self.client.files_info(file=number)["file"]
            if found.get("mimetype"):
                return True
        return False
