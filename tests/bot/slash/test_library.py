"""Commands about what members keep."""

from __future__ import annotations

import pytest

from bot.components import pressed
from bot.interaction import OptionValue
from bot.sentences import UNKNOWN_BUTTON
from bot.slash.library import COMMANDS
from bot.slash.options import Refused
from bot.slash.registry import by_name
from project.wire.library import (
    AddFavourite,
    AddQueueToPlaylist,
    AddToPlaylist,
    CreatePlaylist,
    DeletePlaylist,
    ExportPlaylist,
    ImportPlaylist,
    ListFavourites,
    ListPlaylists,
    RemoveFavourite,
    RemoveFromPlaylist,
    RenamePlaylist,
    SharePlaylist,
    ShowHistory,
    ShowPlaylist,
    ToggleFavourite,
)
from project.wire.orders import FAVOURITES, Order, PlaySaved

GUILD = 1191169165885440000
MIX: dict[str, OptionValue] = {"name": "Mix"}


@pytest.mark.parametrize(
    ("line", "given", "order"),
    [
        ("playlist create", MIX, CreatePlaylist(name="Mix")),
        ("playlist delete", MIX, DeletePlaylist(name="Mix")),
        ("playlist rename", {**MIX, "new-name": "Max"}, RenamePlaylist(name="Mix", new_name="Max")),
        ("playlist add", MIX, AddToPlaylist(name="Mix")),
        ("playlist add", {**MIX, "query": "song"}, AddToPlaylist(name="Mix", query="song")),
        ("playlist add-queue", MIX, AddQueueToPlaylist(name="Mix")),
        ("playlist remove", {**MIX, "position": "4"}, RemoveFromPlaylist(name="Mix", first=4)),
        ("playlist remove", {**MIX, "position": "3-7"}, RemoveFromPlaylist(name="Mix", first=3, last=7)),
        ("playlist show", {**MIX, "page": 2}, ShowPlaylist(name="Mix", page=2)),
        ("playlist list", {}, ListPlaylists()),
        ("playlist play", MIX, PlaySaved(query="Mix")),
        ("playlist play", {**MIX, "position": "next"}, PlaySaved(query="Mix", position="next")),
        ("playlist share", MIX, SharePlaylist(name="Mix", sharing="server")),
        ("playlist share", {**MIX, "with": "private"}, SharePlaylist(name="Mix", sharing="private")),
        ("playlist import", {**MIX, "text": "a; b"}, ImportPlaylist(name="Mix", text="a; b")),
        ("playlist import", {**MIX, "code": "Abc"}, ImportPlaylist(name="Mix", code="Abc")),
        ("playlist export", MIX, ExportPlaylist(name="Mix")),
        ("favourite add", {}, AddFavourite()),
        ("favourite add", {"query": "song"}, AddFavourite(query="song")),
        ("favourite list", {"page": 3}, ListFavourites(page=3)),
        ("favourite play", {}, PlaySaved(query=FAVOURITES, kind="favourites")),
        ("favourite play", {"number": 2}, PlaySaved(query=FAVOURITES, kind="favourites", number=2)),
        ("favourite remove", {"number": 2}, RemoveFavourite(position=2)),
        ("history", {}, ShowHistory()),
        ("history", {"member": "77"}, ShowHistory(member_id=77)),
    ],
)
def test_what_is_typed_becomes_an_order(line: str, given: dict[str, OptionValue], order: Order) -> None:
    name, *path = line.split()
    assert by_name()[name].at(path).order_of(given) == order


def test_what_is_kept_is_told_to_its_member_and_what_is_played_to_all() -> None:
    public = {leaf.name for command in COMMANDS for leaf in command.leaves() if leaf.defers == "public"}
    assert public == {"play"}


def test_the_favourite_button_names_the_entry_it_means() -> None:
    meant = pressed(f"segue:favourite:{GUILD}:7", GUILD)
    assert (meant.order, meant.answer) == (ToggleFavourite(entry=7), "private")
    with pytest.raises(Refused) as refused:
        pressed(f"segue:favourite:{GUILD}", GUILD)
    assert refused.value.text is UNKNOWN_BUTTON
