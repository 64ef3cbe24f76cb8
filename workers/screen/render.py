"""Outcomes and announcements as Discord message bodies. Nothing here ever pings anyone."""

from __future__ import annotations

from typing import Any

from workers.player.announcements import AutoplayEnded, Notice, PlaybackStopped, Silenced, TrackSkipped
from workers.player.outcomes import (
    Added,
    AddedMany,
    CannotWrite,
    Conclusion,
    Joined,
    Left,
    LyricsShown,
    Paused,
    PlayerShown,
    Pong,
    QueueExported,
    QueueShown,
    Refused,
    Resumed,
    Said,
    Skipped,
    Stopped,
    TracksOffered,
)
from workers.player.track import Entry
from workers.screen.cannot_write import cannot_write_sentence
from workers.screen.discord_text import duration, foreign
from workers.screen.exported import exported
from workers.screen.importing import importing_sentence, left_behind
from workers.screen.language import Language, language_for
from workers.screen.lyrics_page import lyrics_page, lyrics_turns
from workers.screen.message_body import Screen, body
from workers.screen.paging import page_buttons
from workers.screen.pick_menu import pick_menu
from workers.screen.player_buttons import player_buttons
from workers.screen.player_card import player_card
from workers.screen.queue_page import queue_page
from workers.screen.refusals import refusal_sentence
from workers.screen.said import said_sentence
from workers.screen.track_card import track_card


def render_conclusion(conclusion: Conclusion, locale: str, now_ms: int) -> Screen:
    """How a command ended, in the words of a Discord locale."""
    language = language_for(locale)
    match conclusion:
        case QueueShown():
            turns = page_buttons("queue_page", conclusion.guild_id, conclusion.page, conclusion.pages)
            return _screen("", [queue_page(conclusion, language)], turns)
        case QueueExported():
            head = language.count("queue.exported", conclusion.total)
            part = (conclusion.lines, conclusion.page, conclusion.pages)
            return exported(head, "queue.txt", *part, language, ephemeral=False)
        case TracksOffered():
            question = language.say("search.pick", query=foreign(conclusion.query))
            return Screen(body(question, components=[pick_menu(conclusion, language)]), ephemeral=True)
        case Added():
            return _screen(_added(conclusion, language, now_ms), [track_card(conclusion.entry, language)])
        case AddedMany():
            return _screen(_added_many(conclusion, language), [track_card(conclusion.first, language)])
        case LyricsShown():
            return Screen(body("", [lyrics_page(conclusion, language)], lyrics_turns(conclusion)), ephemeral=True)
        case PlayerShown():
            return _screen("", [player_card(conclusion, language)])
        case Refused() | Said():
            sentence = (
                refusal_sentence(conclusion, language)
                if isinstance(conclusion, Refused)
                else said_sentence(conclusion, language)
            )
            return Screen(body(sentence), ephemeral=conclusion.error, error=conclusion.error)
        case Pong():
            return _screen(_pong(conclusion, language))
        case _:
            return _screen(_sentence(conclusion, language))


def render_player(shown: PlayerShown, locale: str) -> dict[str, Any]:
    """The body of the guild's player message, with its buttons."""
    language = language_for(locale)
    return body("", [player_card(shown, language)], player_buttons(shown, language))


def render_notice(notice: Notice, locale: str) -> Screen:
    """An announcement that answers no command."""
    language = language_for(locale)
    match notice:
        case TrackSkipped():
            return _screen(_skip_sentence("track_skipped", notice, language))
        case PlaybackStopped():
            stopped = language.say(f"playback_stopped.{notice.cause}")
            return _screen(_join(stopped, _count_if_any("playback_stopped.kept", notice.kept, language)))
        case Silenced():
            return _screen(language.say(f"silenced.{notice.cause}", channel=f"<#{notice.channel_id}>"))
        case AutoplayEnded():
            return _screen(language.say("autoplay.ended"))
        case CannotWrite():
            return _screen(cannot_write_sentence(notice, language))


def _screen(
    content: str, embeds: list[dict[str, Any]] | None = None, components: list[dict[str, Any]] | None = None
) -> Screen:
    return Screen(body(content, embeds, components))


def _sentence(
    conclusion: Paused | Resumed | Skipped | Stopped | Joined | Left | CannotWrite, language: Language
) -> str:
    match conclusion:
        case CannotWrite():
            return cannot_write_sentence(conclusion, language)
        case Paused():
            return language.say("paused", title=_title(conclusion.entry), at=duration(conclusion.position_ms))
        case Resumed():
            return language.say("resumed", title=_title(conclusion.entry), at=duration(conclusion.position_ms))
        case Skipped():
            return _skip_sentence("skipped", conclusion, language)
        case Stopped():
            return _counted("stopped", conclusion.cleared, language)
        case Joined():
            joined = language.say("joined", channel=f"<#{conclusion.channel_id}>")
            return _join(joined, _count_if_any("joined.kept", conclusion.kept, language))
        case Left():
            return _counted("left", conclusion.kept, language)


def _pong(pong: Pong, language: Language) -> str:
    parts = {"gateway": pong.gateway_ms, "broker": pong.broker_ms, "node": pong.node_ms}
    known = {
        name: language.say("pong.unknown") if ms is None else language.say("pong.ms", ms=ms)
        for name, ms in parts.items()
    }
    return language.say("pong", **known)


def _added(added: Added, language: Language, now_ms: int) -> str:
    title = _title(added.entry)
    if added.position == 0:
        return language.say("added.now", title=title)
    when = ""
    if added.wait_ms is not None:
        # Discord words it in the reader's language ("in 5 minutes") and keeps it true without edits.
        when = language.say("added.when", when=f"<t:{(now_ms + added.wait_ms) // 1_000}:R>")
    key = "added.next" if added.position == 1 else "added.later"
    return _join(language.say(key, title=title, position=added.position, when=when), _held_up(added, language))


def _added_many(added: AddedMany, language: Language) -> str:
    if added.asked is not None:
        return importing_sentence(added, language)
    sentence = language.count(
        "added_many.now" if added.position == 0 else "added_many.later",
        added.count,
        playlist=foreign(added.playlist),
        title=_title(added.first),
        position=added.position,
    )
    return _join(sentence, *left_behind(added, language), _held_up(added, language))


def _held_up(added: Added | AddedMany, language: Language) -> str:
    """Why it does not come nearer."""
    if added.held:
        return language.say("added.held")
    return language.say("added.behind_loop") if added.behind_loop else ""


def _skip_sentence(key: str, skipped: Skipped | TrackSkipped, language: Language) -> str:
    title = _title(skipped.entry)
    if skipped.next is not None:
        return language.say(f"{key}.next", title=title, next=_title(skipped.next))
    how = "awaited" if skipped.awaited else "autoplay" if skipped.autoplay else "last"
    return language.say(f"{key}.{how}", title=title)


def _counted(key: str, n: int, language: Language) -> str:
    return language.count(key, n) if n else language.say(f"{key}.empty")


def _count_if_any(key: str, n: int, language: Language) -> str:
    return language.count(key, n) if n else ""


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _title(entry: Entry) -> str:
    return foreign(entry.track.title)
