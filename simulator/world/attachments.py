"""Uploaded files, as Discord's CDN keeps them: bytes under a path that names channel, id and file."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

_KEPT = 500


@dataclass(frozen=True, slots=True)
class StoredFile:
    content: bytes
    content_type: str


class AttachmentStore:
    """`base_url` is where the CDN answers; the oldest files go beyond 500."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._files: OrderedDict[str, StoredFile] = OrderedDict()

    def keep(
        self, *, attachment_id: str, channel_id: str, filename: str, content: bytes, content_type: str
    ) -> dict[str, Any]:
        """Stores the file and returns Discord's attachment object for it."""
        path = f"{channel_id}/{attachment_id}/{filename}"
        self._files[path] = StoredFile(content, content_type)
        if len(self._files) > _KEPT:
            self._files.popitem(last=False)
        url = f"{self.base_url}/attachments/{quote(path)}"
        return {
            "id": attachment_id,
            "filename": filename,
            "size": len(content),
            "url": url,
            "proxy_url": url,
            "content_type": content_type,
        }

    def get(self, path: str) -> StoredFile | None:
        return self._files.get(path)
