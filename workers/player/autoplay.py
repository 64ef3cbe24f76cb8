"""What follows when the queue has run out: a search that is seeded by what was played last, and the choice from it.

`PlayerState.follow_up` names the entry behind which nothing came. It is saved, so that whoever owns the guild next
goes on; it ends when something plays, when the player stops, or when nothing can be found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.player.announcements import AutoplayEnded
from workers.player.deck import proceed
from workers.player.effects import Search
from workers.player.facts import TracksFound
from workers.player.house_rules import objection
from workers.player.memory import Memory
from workers.player.track import Track
from workers.player.track_queue import insert, new_entries
from workers.player.turn import Turn

MODES = ("off", "similar", "artist", "genre", "mixed")
REQUESTER_ID, REQUESTER_NAME = 0, "Autoplay"
"""Whom its entries name; no member has this id."""

_EXTRAS = re.compile(r"\((?:[^()]++|\([^()]*+\))*+\)|\[[^\[\]]*+\]|\b(?:feat|ft)\b.*", re.IGNORECASE)
"""What titles carry beside the song's name: (Official Video), [HD], (Live (Berlin)), feat. somebody.

No bracket looks further than the next that is open, so a title of nothing but brackets takes no time either.
"""


def settle_autoplay(turn: Turn) -> None:
    """At the end of a turn: search for what follows if it is wanted and somebody listens; at most one search runs."""
    memory = turn.memory
    if memory.current is not None:
        memory.follow_up_tries = 0
    if memory.state.follow_up is None:
        return
    if not _wanted(turn):
        memory.set_state(follow_up=None)
    elif follows(turn) and memory.follow_up_search is None:
        _search(turn)


def follows(turn: Turn) -> bool:
    """Autoplay looks, at the end of this turn at the latest, for what goes on from what has ended."""
    return _wanted(turn) and not turn.memory.line and turn.memory.presence.listeners != 0


def is_searching(memory: Memory) -> bool:
    """What plays next is being looked for, and nobody was quicker."""
    wanted = memory.follow_up_search is not None and memory.state.follow_up is not None
    return wanted and memory.current is None and not memory.line


def search_ended(turn: Turn, fact: TracksFound) -> None:
    """Play the first of the tracks that fits, else search in other words, else end with a word."""
    memory = turn.memory
    memory.follow_up_search = None
    if not follows(turn):
        return  # somebody was quicker, or nobody listens any more: settled when the turn ends
    track = _choice(turn, fact.tracks)
    if track is not None:
        entries = new_entries(
            memory, [track], requester_id=REQUESTER_ID, requester_name=REQUESTER_NAME, added_ms=turn.now_ms
        )
        insert(memory, 0, entries)
        proceed(turn)
    else:
        memory.follow_up_tries += 1
        if fact.failure is not None or memory.follow_up_tries >= len(_queries(turn)):
            _give_up(turn)


def give_up_search(memory: Memory, command_id: str) -> None:
    """What a search found could not be saved."""
    if memory.follow_up_search == command_id:
        memory.follow_up_search = None
        memory.set_state(follow_up=None)


def _wanted(turn: Turn) -> bool:
    state, current = turn.memory.state, turn.memory.current
    allowed = state.autoplay in turn.limits.autoplay_modes and not turn.limits.month_used_up
    playable = state.voice_channel_id is not None and state.stopped_by is None
    return current is None and state.follow_up is not None and allowed and playable


def _search(turn: Turn) -> None:
    memory, queries = turn.memory, _queries(turn)
    if memory.follow_up_tries >= len(queries):
        _give_up(turn)
        return
    identity = f"autoplay-{memory.state.guild_id}-{memory.state.follow_up}-{memory.follow_up_tries}"
    memory.follow_up_search = identity
    turn.want(Search(identity, queries[memory.follow_up_tries]))


def _give_up(turn: Turn) -> None:
    memory = turn.memory
    subject = memory.state.follow_up or 0
    memory.set_state(follow_up=None)
    memory.follow_up_tries = 0
    turn.announce(AutoplayEnded(), subject)


def _seed(memory: Memory) -> Track | None:
    """What ended with nothing behind it; what was played last if that is not remembered any more."""
    found = next((entry for entry in memory.played if entry.id == memory.state.follow_up), None)
    last = found or (memory.played[-1] if memory.played else None)
    return last.track if last is not None else None


def _mode(memory: Memory) -> str:
    """`mixed` takes the other modes in turn."""
    mode = memory.state.autoplay
    return ("similar", "artist", "genre")[(memory.state.follow_up or 0) % 3] if mode == "mixed" else mode


def _queries(turn: Turn) -> tuple[str, ...]:
    """What to search for, one after the other. No source tells a genre, so its words are asked for."""
    seed = _seed(turn.memory)
    if seed is None:
        return ()
    title = " ".join(_EXTRAS.sub(" ", seed.title).split()) or seed.title
    by_mode = {
        "similar": (f"{title} {seed.author}", title, seed.author),
        "artist": (seed.author, f"{seed.author} {title}"),
        "genre": (f"{seed.author} genre mix", seed.author, title),
    }
    asked = (" ".join(query.split()) for query in by_mode.get(_mode(turn.memory), ()))
    return tuple(dict.fromkeys(query for query in asked if query))


def _choice(turn: Turn, tracks: Sequence[Track]) -> Track | None:
    """The first that was not played lately and that guild and plan allow; by whom it should be depends on the mode."""
    memory, seed = turn.memory, _seed(turn.memory)
    lately = {mark for entry in memory.played for mark in _marks(entry.track)}
    longest = turn.limits.track_length_ms
    fitting = [
        track
        for track in tracks
        if not lately.intersection(_marks(track))
        and not track.is_stream
        and (longest is None or track.length_ms <= longest)
        and objection(track, turn.rules) is None
    ]
    author = _plain(seed.author) if seed is not None else ""
    same = [track for track in fitting if _plain(track.author) == author]
    others = [track for track in fitting if _plain(track.author) != author]
    if _mode(memory) == "artist":
        return next(iter(same), None)
    return next(iter((*others, *same) if _mode(memory) == "genre" else fitting), None)


def _marks(track: Track) -> tuple[tuple[str, str], ...]:
    """By what a recording is known again: its id at the source, and its name, which other uploads share."""
    name = _plain(_EXTRAS.sub(" ", track.title)) or _plain(track.title)
    return ((track.source, track.identifier), (_plain(track.author), name))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
