"""What members read: outcomes with names in them, ways out, and payloads that Discord takes."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from project.wire.events import WRITING
from workers.player.announcements import Notice, PlaybackStopped, TrackSkipped
from workers.player.outcomes import (
    Added,
    AddedMany,
    CannotWrite,
    Conclusion,
    Joined,
    Left,
    LyricsShown,
    Paused,
    QueueShown,
    Reason,
    Refused,
    Resumed,
    Skipped,
    Stopped,
    conclusion_from_json,
    conclusion_to_json,
)
from workers.player.track import Entry, Track
from workers.screen import render_conclusion, render_notice

NOON_MS = 1_700_000_000_000


def entry(title: str = "Title", *, number: int = 1, stream: bool = False, name: str = "Alice") -> Entry:
    """A queue entry."""
    track = Track(
        encoded="e",
        identifier="i",
        title=title,
        author=title if len(title) > 100 else "The Band",
        length_ms=0 if stream else 185_000,
        is_stream=stream,
        uri="https://music.example/t",
        artwork_url="https://music.example/t.png",
    )
    return Entry(id=number, rank=number, track=track, requester_id=1, requester_name=name)


def queue(title: str = "Title", *, current: Entry | None = None, paused: bool = False) -> QueueShown:
    """The second of three pages."""
    return QueueShown(
        guild_id=5,
        current=current or entry("Current"),
        position_ms=65_000,
        paused=paused,
        entries=tuple(entry(title, number=number, name=title if len(title) > 100 else "Bob") for number in range(10)),
        page=2,
        pages=3,
        total=25,
        total_ms=4_625_000,
    )


def content(conclusion: Conclusion, locale: str = "en-US") -> str:
    """The sentence of an outcome."""
    return str(render_conclusion(conclusion, locale, NOON_MS).payload["content"])


@pytest.mark.parametrize(
    ("conclusion", "english", "spanish"),
    [
        (Added(entry=entry(), position=0), "Now playing *Title*.", "Suena ahora *Title*."),
        (
            Added(entry=entry(), position=3, wait_ms=60_000),
            "Added *Title* to the queue at position 3, <t:1700000060:R>.",
            "Añadí *Title* a la cola en la posición 3, <t:1700000060:R>.",
        ),
        (
            Added(entry=entry(), position=1),
            "Added *Title*: it plays next.",
            "Añadí *Title*: suena a continuación.",
        ),
        (
            AddedMany(playlist="Album", count=25, left_out=5, first=entry(), position=0),
            (
                "Added 25 tracks from *Album*; now playing *Title*. "
                "5 more were left out: the queue, the plan or this server's rules have no room for them. "
                "See `/premium plans`."
            ),
            (
                "Añadí 25 pistas de *Album*; suena ahora *Title*. "
                "5 más quedaron fuera: no caben en la cola, en el plan o en las reglas de este servidor. "
                "`/premium plans` muestra otros planes."
            ),
        ),
        (
            Added(entry=entry(), position=1, behind_loop=True),
            "Added *Title*: it plays next. The track that plays is repeated: `/skip` goes on.",
            "Añadí *Title*: suena a continuación. La pista que suena se repite: `/skip` pasa a la siguiente.",
        ),
        (
            Paused(entry=entry(), position_ms=65_000),
            "Paused *Title* at 1:05. `/resume` goes on.",
            "Pausé *Title* en 1:05. `/resume` la continúa.",
        ),
        (Resumed(entry=entry(), position_ms=0), "Playing *Title* from 0:00.", "Suena *Title* desde 0:00."),
        (
            Skipped(entry=entry(), next=entry("Other")),
            "Skipped *Title*; next is *Other*.",
            "Salté *Title*; sigue *Other*.",
        ),
        (
            Skipped(entry=entry()),
            "Skipped *Title*; the queue is empty now.",
            "Salté *Title*; la cola está vacía ahora.",
        ),
        (
            Skipped(entry=entry(), awaited=True),
            "Skipped *Title*; what comes next is still being searched for.",
            "Salté *Title*; lo que sigue aún se está buscando.",
        ),
        (
            Skipped(entry=entry(), autoplay=True),
            "Skipped *Title*; autoplay is looking for what follows.",
            "Salté *Title*; la reproducción automática busca lo que sigue.",
        ),
        (
            Stopped(cleared=1),
            "Stopped, removed 1 track from the queue and left the voice channel.",
            "Paré la música, quité 1 pista de la cola y salí del canal de voz.",
        ),
        (Stopped(cleared=0), "Stopped and left the voice channel.", "Paré la música y salí del canal de voz."),
        (Joined(channel_id=7), "Joined <#7>.", "Entré en <#7>."),
        (
            CannotWrite(what="player", channel_id=7, missing=("send_messages", "embed_links", "of the future")),
            (
                "I cannot show the player in <#7>. What I lack there: Send Messages, Embed Links. "
                "Grant it and use `/play` there again, or give me a command in another channel: the player comes along."
            ),
            (
                "No puedo mostrar el reproductor en <#7>. Lo que me falta allí: Enviar mensajes, Insertar enlaces. "
                "Concédelo y usa allí `/play` otra vez, o dame un comando en otro canal: el reproductor viene conmigo."
            ),
        ),
        (
            Joined(channel_id=7, kept=2),
            "Joined <#7>. 2 tracks are waiting: `/resume` plays them.",
            "Entré en <#7>. Hay 2 pistas en espera: `/resume` las pone.",
        ),
        (Left(kept=0), "Left the voice channel.", "Salí del canal de voz."),
        (
            Refused(reason="not_in_voice"),
            "Join a voice channel first, then try again.",
            "Entra primero en un canal de voz e inténtalo de nuevo.",
        ),
        (
            Refused(reason="other_channel", detail="<#7>"),
            "I am playing in <#7>. Join me there, then try again.",
            "Pongo música en <#7>. Únete a mí allí e inténtalo de nuevo.",
        ),
        (
            Refused(reason="source_not_allowed", detail="applemusic"),
            "This server does not allow tracks from *Apple Music*. Pick another source.",
            "Este servidor no permite pistas de *Apple Music*. Elige otra fuente.",
        ),
        (
            Refused(reason="nothing_found", detail="<@7> a*b"),
            r"I found nothing for *\<\@7\> a\*b*. Try other words or a link.",
            r"No encontré nada para *\<\@7\> a\*b*. Prueba con otras palabras o un enlace.",
        ),
        (
            Refused(reason="track_too_long", detail="Epic", limit=3_600_000, plan="Free"),
            "*Epic* is longer than the Free plan allows (1:00:00); `/premium` lifts it. Or pick a shorter track.",
            (
                "*Epic* dura más de lo que permite el plan Free (1:00:00); `/premium` lo amplía. "
                "O elige una pista más corta."
            ),
        ),
    ],
    ids=lambda value: value.__struct_config__.tag if isinstance(value, get_args(Conclusion)) else "",
)
def test_sentences(conclusion: Conclusion, english: str, spanish: str) -> None:
    assert content(conclusion) == english
    assert content(conclusion, "es-ES") == spanish


def test_an_added_track_is_a_card() -> None:
    screen = render_conclusion(Added(entry=entry(), position=0), "en-US", NOON_MS)
    assert not screen.ephemeral
    assert not screen.error
    (card,) = screen.payload["embeds"]
    assert (card["title"], card["url"]) == ("Title", "https://music.example/t")
    assert card["thumbnail"] == {"url": "https://music.example/t.png"}
    fields = {field["name"]: field["value"] for field in card["fields"]}
    assert fields == {"Artist": "The Band", "Duration": "3:05", "Requested by": "Alice"}


def test_a_live_stream_is_live() -> None:
    (card,) = render_conclusion(Added(entry=entry(stream=True), position=0), "es-ES", 0).payload["embeds"]
    assert {"name": "Duración", "value": "en directo", "inline": True} in card["fields"]


def test_a_page_of_the_queue() -> None:
    (page,) = render_conclusion(queue(), "en-US", NOON_MS).payload["embeds"]
    lines = page["description"].splitlines()
    assert lines[0] == "**Now playing:** *Current* · 1:05 of 3:05"
    assert lines[2] == "`11.` Title · 3:05 · Bob"
    assert lines[11] == "`20.` Title · 3:05 · Bob"
    assert page["footer"]["text"] == "Page 2 of 3 · 25 tracks · 1:17:05"


def test_what_is_held_says_so() -> None:
    (page,) = render_conclusion(queue(paused=True, current=entry("Radio", stream=True)), "en-US", 0).payload["embeds"]
    assert page["description"].startswith("**Paused:** *Radio* · live")


@pytest.mark.parametrize(
    ("notice", "sentence"),
    [
        (
            TrackSkipped(entry=entry(), message="404", next=entry("Other")),
            "I could not play *Title*, so I skipped it; next is *Other*.",
        ),
        (
            PlaybackStopped(cause="kicked", kept=3),
            "I was disconnected from the voice channel, so I stopped. 3 tracks are kept: `/resume` brings them back.",
        ),
        (PlaybackStopped(cause="failures", kept=0), "Three tracks in a row could not be played, so I stopped."),
        (
            CannotWrite(what="announcements", channel_id=7, missing=("view_channel",)),
            (
                "I cannot announce anything in <#7>. What I lack there: View Channel. Grant it, or pick another "
                "channel with `/settings set announce-channel`."
            ),
        ),
    ],
)
def test_announcements(notice: Notice, sentence: str) -> None:
    screen = render_notice(notice, "en-US")
    assert screen.payload["content"] == sentence
    assert not screen.ephemeral
    assert screen.payload["allowed_mentions"] == {"parse": []}


LONG = "*" * 500
EVERYTHING: list[Conclusion] = [
    Added(entry=entry(LONG, name=LONG), position=0),
    Added(entry=entry(LONG, name=LONG), position=99_999, wait_ms=10**9),
    AddedMany(playlist=LONG, count=999, left_out=999, first=entry(LONG, name=LONG), position=1),
    Paused(entry=entry(LONG), position_ms=0),
    Resumed(entry=entry(LONG), position_ms=0),
    Skipped(entry=entry(LONG), next=entry(LONG)),
    Stopped(cleared=1),
    Joined(channel_id=1, kept=1),
    Left(kept=2),
    CannotWrite(what="player", channel_id=2**63, missing=WRITING),
    CannotWrite(what="announcements", channel_id=2**63),
    queue(LONG, current=entry(LONG)),
    *(Refused(reason=reason, detail=LONG, limit=10) for reason in get_args(Reason) if reason != "not_allowed"),
    Refused(reason="not_allowed"),
    Refused(reason="nothing_found", detail="@everyone " * 2_000),
]


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
@pytest.mark.parametrize("conclusion", EVERYTHING, ids=lambda conclusion: conclusion.__struct_config__.tag)
def test_payloads_keep_within_discords_limits(conclusion: Conclusion, locale: str) -> None:
    screen = render_conclusion(conclusion, locale, NOON_MS)
    payload = json.loads(json.dumps(screen.payload))
    assert len(payload["content"]) <= 2_000
    assert payload["allowed_mentions"] == {"parse": []}
    assert payload["content"] or payload["embeds"]
    assert screen.error == screen.ephemeral == isinstance(conclusion, Refused)
    for embed in payload["embeds"]:
        assert_embed_fits(embed)


def assert_embed_fits(embed: dict[str, Any]) -> None:
    """Discord's embed limits."""
    fields = embed.get("fields", [])
    assert 1 <= len(embed["title"]) <= 256
    assert len(embed.get("description", "")) <= 4_096
    assert len(embed.get("footer", {"text": ""})["text"]) <= 2_048
    assert len(fields) <= 25
    assert all(1 <= len(field["name"]) <= 256 and 1 <= len(field["value"]) <= 1_024 for field in fields)
    texts = [embed["title"], embed.get("description", ""), *(field["name"] + field["value"] for field in fields)]
    assert sum(map(len, texts)) <= 6_000


@pytest.mark.parametrize("conclusion", EVERYTHING, ids=lambda conclusion: conclusion.__struct_config__.tag)
def test_outcomes_survive_the_database(conclusion: Conclusion) -> None:
    assert conclusion_from_json(conclusion_to_json(conclusion)) == conclusion


def test_lyrics_are_for_the_member_alone_and_safe() -> None:
    shown = LyricsShown(
        guild_id=5,
        track=entry("*Title*").track,
        lines=("@everyone", "", "*la* la"),
        provider="Singers",
        page=2,
        pages=3,
    )
    screen = render_conclusion(shown, "en-US", 0)
    (page,) = screen.payload["embeds"]
    assert screen.ephemeral
    assert page["title"] == r"\*Title\*"
    assert page["description"] == "\\@everyone\n\n\\*la\\* la"
    assert page["footer"]["text"] == "Page 2 of 3 · Lyrics: Singers"
