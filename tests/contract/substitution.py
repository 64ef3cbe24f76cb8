"""Putting this run's folder, addresses and sessions where the recording had its own."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from simulator.lavalink_node.errors import ApiError
from simulator.lavalink_node.track_codec import decode_track, encode_track

_RECORDED_FOLDERS = ("/tmp/lavalink-real/media", "/opt/Lavalink/music-file")  # noqa: S108
_RECORDED_WEB = "127.0.0.1:8099"
_RECORDED_VOICE = "127.0.0.1:8443"
_RECORDED_PASSWORD = "youshallnotpass"
_SOURCES = ("local", "http")
_SHORTEST_TRACK = 60


@dataclass
class Substitution:
    """`sessions` maps a recorded session id to the one this run got."""

    folder: Path
    web: str
    voice: str
    password: str
    sessions: dict[str, str] = field(default_factory=dict)

    def text(self, value: str) -> str:
        """Substitute in a string; an encoded track is taken apart and put together again."""
        if value.startswith("QAA") and len(value) > _SHORTEST_TRACK:
            return self._track(value)
        for folder in _RECORDED_FOLDERS:
            value = value.replace(folder, str(self.folder))
        value = value.replace(_RECORDED_WEB, self.web.removeprefix("http://"))
        value = value.replace(_RECORDED_VOICE, self.voice).replace(_RECORDED_PASSWORD, self.password)
        for recorded, ours in self.sessions.items():
            value = value.replace(recorded, ours)
        return value

    def value(self, value: Any) -> Any:
        """Substitute everywhere in a JSON value."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in value.items()}
        return value

    def path(self, path: str) -> str:
        """Substitute in an address and its query."""
        bare, _, query = path.partition("?")
        bare = self.text(bare)
        if not query:
            return bare
        pairs = [(key, self.text(item)) for key, item in parse_qsl(query, keep_blank_values=True)]
        return f"{bare}?{urlencode(pairs)}"

    def _track(self, encoded: str) -> str:
        try:
            track, position = decode_track(encoded, _SOURCES)
        except ApiError:
            return encoded
        uri = None if track.uri is None else self.text(track.uri)
        moved = replace(track, identifier=self.text(track.identifier), uri=uri)
        return encode_track(moved, position)
