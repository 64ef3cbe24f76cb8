"""Finding tracks for an identifier: files, web addresses, and searches and links over the catalogue."""

import asyncio
import logging
import re
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.catalogue import Catalogue, CatalogueTrack
from simulator.lavalink_node.http_stream import HttpStatusError
from simulator.lavalink_node.media import FileMedia, HttpMedia, Media
from simulator.lavalink_node.probe import PlaylistFile, UnplayableError, probe
from simulator.lavalink_node.settings import NodeSettings
from simulator.lavalink_node.track_codec import Track

_LOG = logging.getLogger(__name__)
LOOKUP_FAILED = "Something went wrong while looking up the track."
_LOOKUP_CAUSE = f"com.sedmelluq.discord.lavaplayer.tools.FriendlyException: {LOOKUP_FAILED}"
_MAX_NESTING = 3

SEARCHES = {
    "scsearch": "soundcloud",
    "ytsearch": "youtube",
    "ytmsearch": "youtube",
    "spsearch": "spotify",
    "dzsearch": "deezer",
    "amsearch": "applemusic",
    "bcsearch": "bandcamp",
}
"""Search prefixes and the source each belongs to; all of them search the same catalogue."""

CATALOGUE_SOURCE = "segue"
_SEARCH = re.compile(r"(\w+search):(.*)", re.DOTALL)
_LINK = re.compile(r"https://music\.segue\.example/(track|album)/([\w-]+)/?(?:\?.*)?")


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What loading an identifier gave; `kind` is the API's loadType."""

    kind: str
    tracks: list[Track] = field(default_factory=list)
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as /v4/loadtracks answers."""
        return {"loadType": self.kind, "data": self._data()}

    def _data(self) -> object:
        tracks = [track.to_json() for track in self.tracks]
        match self.kind:
            case "track":
                return tracks[0]
            case "search":
                return tracks
            case "playlist":
                return {"info": {"name": self.name, "selectedTrack": -1}, "pluginInfo": {}, "tracks": tracks}
            case "error":
                return {
                    "message": LOOKUP_FAILED,
                    "severity": "fault",
                    "cause": _LOOKUP_CAUSE,
                    "causeStackTrace": f"{_LOOKUP_CAUSE}\n\tat simulator.lavalink_node.sources",
                }
            case _:
                return None


EMPTY = LoadResult("empty")
ERROR = LoadResult("error")


class Sources:
    """What this node can play from."""

    def __init__(self, settings: NodeSettings, catalogue: Catalogue | None, executor: Executor) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._executor = executor

    @property
    def names(self) -> tuple[str, ...]:
        """Return the source managers, as /v4/info lists them."""
        local = ("local",) if self._settings.local_source else ()
        searched = (*dict.fromkeys(SEARCHES.values()), CATALOGUE_SOURCE) if self._catalogue else ()
        return (*local, *searched, "http")

    async def load(self, identifier: str) -> LoadResult:
        """Find what an identifier names."""
        if self._catalogue is not None:
            found = self._from_catalogue(self._catalogue, identifier)
            if found is not None:
                return found
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._probe, identifier, 0)

    def media(self, track: Track) -> Media:
        """Return where a track's bytes are; a missing file is noticed only when it is opened."""
        if track.source == "http":
            return HttpMedia(track.identifier, self._settings.http_timeout)
        if track.source == "local":
            return FileMedia(Path(track.identifier))
        entry = self._catalogue.track(track.identifier) if self._catalogue else None
        return FileMedia(Path(track.identifier) if entry is None else entry.file)

    def _from_catalogue(self, catalogue: Catalogue, identifier: str) -> LoadResult | None:
        search = _SEARCH.fullmatch(identifier)
        if search and search[1] in SEARCHES:
            source = SEARCHES[search[1]]
            tracks = [_catalogue_track(entry, source) for entry in catalogue.search(search[2])]
            return LoadResult("search", tracks) if tracks else EMPTY
        link = _LINK.fullmatch(identifier)
        if link is None:
            return None
        if link[1] == "track":
            entry = catalogue.track(link[2])
            return LoadResult("track", [_catalogue_track(entry, CATALOGUE_SOURCE)]) if entry else EMPTY
        album = catalogue.album(link[2])
        tracks = [_catalogue_track(entry, CATALOGUE_SOURCE) for entry in album]
        return LoadResult("playlist", tracks, album[0].album) if album else EMPTY

    def _probe(self, identifier: str, depth: int) -> LoadResult:
        """Open and look; runs in a worker thread."""
        media = self._media_of(identifier)
        if media is None or depth > _MAX_NESTING:
            return EMPTY
        try:
            found = probe(media)
        except HttpStatusError as error:
            return EMPTY if error.status == 404 else ERROR
        except (UnplayableError, OSError, ValueError) as error:
            _LOG.info("%s cannot be loaded: %s", identifier, error)
            return ERROR
        if isinstance(found, PlaylistFile):
            return self._probe(found.first, depth + 1)
        return LoadResult("track", [found])

    def _media_of(self, identifier: str) -> Media | None:
        if identifier.startswith(("http://", "https://")):
            return HttpMedia(identifier, self._settings.http_timeout)
        path = Path(identifier)
        if not self._settings.local_source or not identifier or "\0" in identifier:
            return None
        try:
            return FileMedia(path) if path.is_file() else None
        except OSError:
            # Search words can be longer than a file name may be: then they name no file.
            return None


def _catalogue_track(entry: CatalogueTrack, source: str) -> Track:
    return Track(
        source=source,
        identifier=entry.slug,
        title=entry.title,
        author=entry.artist,
        length=entry.duration_ms,
        uri=entry.uri,
        artwork=entry.artwork_url,
        isrc=entry.isrc,
    )
