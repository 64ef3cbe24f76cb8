"""Answers what a member wants the words of; it may take seconds, so it runs beside the mailbox."""

from __future__ import annotations

import logging

from workers.player.effects import FindLyrics
from workers.player.lyrics import lyrics_pages
from workers.player.outcomes import Conclusion, Denied, LyricsShown, Refused
from workers.ports import Away, LyricsFinder, NotOffered, PortFailed, TrackFinder

_log = logging.getLogger(__name__)


async def answer_lyrics(finder: TrackFinder, words: LyricsFinder, wanted: FindLyrics) -> Conclusion:
    """One page of them, or why there is none."""
    track = wanted.track
    if track is None:
        found = await finder.find(wanted.command_id, wanted.query)
        if not found.tracks:
            return Refused(reason=found.failure or "nothing_found", detail=wanted.query)
        track = found.tracks[0]
    try:
        lyrics = await words.lyrics(track)
    except NotOffered:
        return Denied(key="lyrics.not_offered")
    except Away:
        return Refused(reason="node_away")
    except PortFailed as error:
        _log.error("command %s: %s", wanted.command_id, error)
        return Denied(key="lyrics.failed", values={"title": track.title})
    if lyrics is None:
        return Denied(key="lyrics.none", values={"title": track.title})
    pages = lyrics_pages(lyrics.lines)
    if not 1 <= wanted.page <= len(pages):
        return Refused(reason="no_such_page", limit=len(pages))
    return LyricsShown(
        guild_id=wanted.guild_id,
        track=track,
        lines=pages[wanted.page - 1],
        provider=lyrics.provider,
        page=wanted.page,
        pages=len(pages),
    )
