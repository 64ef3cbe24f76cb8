"""Outcomes that are a sentence: escaped, counted, and known in both languages, whoever says them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import workers.player
from project import settings
from workers.player.outcomes import Denied, Pong, Said, conclusion_from_json, conclusion_to_json
from workers.screen import render_conclusion
from workers.screen.language import CATALOGUES


def said_in_the_core() -> list[tuple[str, bool, set[str]]]:
    """(key or its beginning, whether that is all of it, names given) of every `turn.say` and `turn.deny`."""
    sources = (path.read_text(encoding="utf-8") for path in Path(workers.player.__file__).parent.rglob("*.py"))
    calls = (node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [
        (*_key(call.args[0]), {str(word.arg) for word in call.keywords})
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("say", "deny")
    ]


def _key(argument: ast.expr) -> tuple[str, bool]:
    if isinstance(argument, ast.JoinedStr):
        first = argument.values[0]
        assert isinstance(first, ast.Constant), "a key must begin with its family"
        return str(first.value), False
    assert isinstance(argument, ast.Constant), "a key must be written where it is said, so that this test sees it"
    return str(argument.value), True


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_key_that_is_said_has_its_sentence(language: str) -> None:
    catalogue, said = CATALOGUES[language], said_in_the_core()
    assert len(said) > 20
    for key, whole, names in said:
        if not whole:
            assert any(known.startswith(key) for known in catalogue), key
        elif "n" in names:
            assert {f"{key}.one", f"{key}.other"} <= set(catalogue), key
        else:
            assert key in catalogue, key


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_given_fills_every_gap(language: str) -> None:
    for key, whole, names in said_in_the_core():
        for form in (f"{key}.one", f"{key}.other") if "n" in names else (key,):
            if whole:
                CATALOGUES[language][form].format(**dict.fromkeys(names, "x"))


def test_foreign_text_is_made_safe_and_durations_are_written_out() -> None:
    said = Said(key="seeked", values={"title": "*@everyone*", "at_ms": 83_000, "length_ms": 3_600_000})
    content = render_conclusion(said, "en", 0).payload["content"]
    assert content == "Playing *\\*\\@everyone\\** from 1:23 of 1:00:00."


def test_n_picks_the_form() -> None:
    assert (
        render_conclusion(Said(key="cleared", values={"n": 1}), "en", 0)
        .payload["content"]
        .startswith("Removed 1 track ")
    )
    assert "12 pistas" in render_conclusion(Said(key="cleared", values={"n": 12}), "es", 0).payload["content"]


def test_what_was_denied_is_for_the_member_alone() -> None:
    denied = render_conclusion(Denied(key="previous.none"), "en", 0)
    said = render_conclusion(Said(key="loop.off"), "en", 0)
    assert (denied.error, denied.ephemeral, said.error, said.ephemeral) == (True, True, False, False)


def test_it_is_recorded_as_it_was_said() -> None:
    for conclusion in (Said(key="moved", values={"title": "x", "position": 2}), Denied(key="previous.none")):
        assert conclusion_from_json(conclusion_to_json(conclusion)) == conclusion


def test_a_ping_says_what_is_not_known() -> None:
    content = render_conclusion(Pong(gateway_ms=41, broker_ms=3, node_ms=None), "en", 0).payload["content"]
    assert content == "Discord's gateway 41 ms · broker 3 ms · audio node no answer"


@pytest.mark.parametrize(
    ("locale", "content"),
    [
        ("en", "Removed the only track that you had asked for, *A*."),
        ("es", "Quité la única pista que habías pedido, *A*."),
    ],
)
def test_one_of_ones_own_is_not_counted(locale: str, content: str) -> None:
    said = Said(key="removed_mine", values={"n": 1, "first": "A", "last": "A"})
    assert render_conclusion(said, locale, 0).payload["content"] == content


def test_presets_are_called_as_the_player_message_calls_them() -> None:
    said = Said(key="filters.set", values={"filters": "bassboost, 8d"})
    assert render_conclusion(said, "en", 0).payload["content"] == "Filters that are on: Bass boost, 8D."
    assert render_conclusion(said, "es", 0).payload["content"] == "Filtros activos: Graves, 8D."


def test_a_mode_of_autoplay_is_called_as_the_player_message_calls_it() -> None:
    said = Said(key="autoplay.begun", values={"mode": "genre", "title": "A*"})
    content = render_conclusion(said, "en", 0).payload["content"]
    assert content == "Autoplay is on (same kind): I am looking for what follows *A\\**."
    assert "(mismo tipo)" in render_conclusion(said, "es", 0).payload["content"]


@pytest.mark.parametrize(
    ("locale", "content"),
    [
        ("en", "The equalizer is at 40 % around 63 Hz now."),
        ("es", "El ecualizador está ahora al 40 % alrededor de 63 Hz."),
    ],
)
def test_a_band_is_called_as_it_was_picked(locale: str, content: str) -> None:
    said = Said(key="equalizer.set", values={"band": 3, "gain": 40})
    assert render_conclusion(said, locale, 0).payload["content"] == content


@pytest.mark.parametrize(
    ("denied", "english", "spanish"),
    [
        (
            Denied(key="filter.not_in_plan", values={"filter": "lowpass", "known": "bassboost, 8d", "plan": "Free"}),
            "The Free plan has the filters Bass boost, 8D; `/premium` adds Low-pass and all others.",
            "El plan Free tiene los filtros Graves, 8D; `/premium` añade Paso bajo y todos los demás.",
        ),
        (
            Denied(key="autoplay.mode_not_in_plan", values={"known": "off, similar", "plan": "Basic"}),
            "The Basic plan has these autoplay modes: off, similar tracks. `/premium` adds all others.",
            "El plan Basic tiene estos modos automáticos: desactivado, pistas parecidas. `/premium` añade los demás.",
        ),
    ],
)
def test_what_a_plan_has_is_called_as_members_know_it(denied: Denied, english: str, spanish: str) -> None:
    assert render_conclusion(denied, "en", 0).payload["content"] == english
    assert render_conclusion(denied, "es", 0).payload["content"] == spanish


def test_a_filter_that_took_the_place_of_another_says_so() -> None:
    said = Said(key="filters.replaced", values={"filters": "lowpass", "replaced": "bassboost", "n": 1, "plan": "Free"})
    english = render_conclusion(said, "en", 0).payload["content"]
    assert english.startswith("Filters that are on: Low-pass, instead of Bass boost: the Free plan allows 1 filter ")
    assert "Graves" in render_conclusion(said, "es", 0).payload["content"]


@pytest.mark.parametrize("locale", ["en-GB", "es-ES"])
def test_who_is_blocked_reads_whom_to_write_to_where_somebody_is_named(
    locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SUPPORT_URL", "https://support.example.com/a_b_c")
    named = str(render_conclusion(Denied(key="guild.blocked"), locale, 0).payload)
    assert "https://support.example.com/a_b_c" in named
    monkeypatch.setattr(settings, "SUPPORT_URL", "")
    assert "http" not in str(render_conclusion(Denied(key="guild.blocked"), locale, 0).payload)
