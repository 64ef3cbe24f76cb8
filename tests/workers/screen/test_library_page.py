"""What members keep, as Discord shows it: nothing foreign becomes markup, and no page is too long."""

from __future__ import annotations

import pytest

from workers.player.track import Track
from workers.screen.desk_endings import ending_from_json, ending_to_json, render_ending
from workers.screen.library_endings import (
    Confided,
    FavouritesShown,
    HistoryShown,
    LibraryEnding,
    PlayedLine,
    PlaylistExported,
    PlaylistLine,
    PlaylistShown,
    PlaylistsShown,
)

EVIL = "**@everyone** `x` [a](https://evil.example)"
LONGEST = "*" * 5_000
DESCRIPTION_MAX = 4_096
"""Discord's (docs: Embed Limits)."""


def song(title: str = "Song") -> Track:
    return Track(encoded="e", identifier="i", title=title, author="The Band", length_ms=83_000)


def endings(text: str) -> list[LibraryEnding]:
    """Each with `text` wherever a member's or a source's text goes, as full as a page gets."""
    tracks = tuple(song(text) for _ in range(10))
    return [
        Confided(key="playlist.created", values={"name": text}),
        PlaylistShown(guild_id=5, asked=text[:60], name=text, owner=text, tracks=tracks, page=1, pages=1, total=10),
        PlaylistsShown(
            guild_id=5,
            playlists=tuple(PlaylistLine(name=text[:60], length=1, owner=text) for _ in range(10)),
            page=1,
            pages=1,
        ),
        FavouritesShown(guild_id=5, tracks=tracks, page=1, pages=1, total=10),
        HistoryShown(
            guild_id=5,
            played=tuple(PlayedLine(track=one, member_id=0, member_name=text, at_s=1) for one in tracks),
            page=1,
            pages=1,
        ),
    ]


@pytest.mark.parametrize("ending", endings(EVIL), ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
def test_foreign_text_is_shown_as_it_is_to_its_member_alone(ending: LibraryEnding, locale: str) -> None:
    screen = render_ending(ending, locale)
    said = str(screen.payload)
    assert "@everyone" in said
    assert "**@everyone" not in said
    assert "](https" not in said
    assert screen.payload["allowed_mentions"] == {"parse": []}
    assert (screen.ephemeral, screen.error) == (True, False)


@pytest.mark.parametrize("ending", endings(LONGEST)[1:], ids=lambda one: type(one).__name__)
def test_a_full_page_fits(ending: LibraryEnding) -> None:
    (embed,) = render_ending(ending, "en").payload["embeds"]
    assert len(embed["description"]) <= DESCRIPTION_MAX
    assert len(embed["title"]) <= 256


def test_an_exported_line_cannot_leave_its_block() -> None:
    exported = PlaylistExported(name="Mix", lines=("``` @everyone", "b"), page=1, pages=1)
    content = render_ending(exported, "en").payload["content"]
    assert content.count("```") == 2
    assert "''' @everyone\nb" in content


@pytest.mark.parametrize(
    "ending",
    [
        PlaylistShown(guild_id=5, asked="Mix", name="Mix", tracks=(), page=1, pages=1, total=0),
        PlaylistsShown(guild_id=5, playlists=(), page=1, pages=1),
        FavouritesShown(guild_id=5, tracks=(), page=1, pages=1, total=0),
        HistoryShown(guild_id=5, played=(), page=1, pages=1),
        PlaylistExported(name="Mix", lines=(), page=1, pages=1),
    ],
    ids=lambda one: type(one).__name__,
)
def test_nothing_is_said_with_a_way_on(ending: LibraryEnding) -> None:
    payload = render_ending(ending, "en").payload
    assert "`/" in (payload["content"] or payload["embeds"][0]["description"])


def test_ones_own_and_others_playlists_are_told_apart() -> None:
    lines = (
        PlaylistLine(name="Mine", length=1, in_server=True, code="Ab12"),
        PlaylistLine(name="Hers", length=2, owner="Alice", in_server=True),
    )
    (embed,) = render_ending(PlaylistsShown(guild_id=5, playlists=lines, page=1, pages=1), "en").payload["embeds"]
    assert embed["description"].splitlines() == [
        "**Mine** · 1 track · shared in this server · code `Ab12`",
        "**Hers** · 2 tracks · by Alice",
    ]


@pytest.mark.parametrize("ending", endings("x"), ids=lambda one: type(one).__name__)
def test_an_ending_is_recorded_as_it_was(ending: LibraryEnding) -> None:
    assert ending_from_json(ending_to_json(ending)) == ending
