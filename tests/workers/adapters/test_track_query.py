"""Only public URLs reach a node raw; every other text becomes search words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.adapters.address_rules import NotPublic
from workers.adapters.track_query import Query, read_query


def ask(typed: str, *, sandbox: bool = False) -> Query | None:
    return read_query(typed, search_prefix="scsearch", sandbox=sandbox)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("never gonna give you up", "never gonna give you up"),
        ("  trimmed\n", "trimmed"),
        ("two\tlines\nhere", "two lines here"),
        ("a\x00b\u200bc\u202e", "abc"),
        ("ytsearch:never", "ytsearch:never"),
        ("scsearch:never", "scsearch:never"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("local:/etc/passwd", "local:/etc/passwd"),
        ("ftp://example.com/x", "ftp://example.com/x"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("http:/example.com", "http:/example.com"),
        ("https:example.com", "https:example.com"),
        ("//example.com/x", "//example.com/x"),
        ("/etc/passwd", "/etc/passwd"),
        ("https://example.com/a and words", "https://example.com/a and words"),
        ("example.com/x", "example.com/x"),
    ],
)
def test_everything_else_is_search_words(typed: str, words: str) -> None:
    assert ask(typed) == Query(f"scsearch:{words}")


@pytest.mark.parametrize("typed", ["", "   ", "\x00\x07", "<>", "< >", "\u200b"])
def test_nothing_asks_nothing(typed: str) -> None:
    assert ask(typed) is None


@pytest.mark.parametrize(
    ("typed", "identifier", "host"),
    [
        ("https://music.segue.example/track/a", "https://music.segue.example/track/a", "music.segue.example"),
        ("<https://youtu.be/x?t=1>", "https://youtu.be/x?t=1", "youtu.be"),
        ("HTTPS://YouTu.be/AbC", "https://youtu.be/AbC", "youtu.be"),
        ("http://radio.example:8000/live#now", "http://radio.example:8000/live#now", "radio.example"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/ä", "xn--bcher-kva.example"),
        ("http://134744072/x", "http://8.8.8.8/x", None),
        ("http://[2606:4700:4700::1111]:80/x", "http://[2606:4700:4700::1111]:80/x", None),
        ("https://example.com?@127.0.0.1/", "https://example.com?@127.0.0.1/", "example.com"),
    ],
)
def test_public_urls_pass_with_the_host_that_was_checked(typed: str, identifier: str, host: str | None) -> None:
    assert ask(typed) == Query(identifier, host)


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1/x",
        "http://127.1:2333/v4/info",
        "https://localhost/",
        "http://0x7f000001",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/latest/meta-data",
        "http://redis:6379/",
        "http://api.discord.svc.cluster.local/",
        "http://user@example.com/",
        "http://example.com:pass@127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http://127.0.0.1\\.example.com/",
        "http://example.com/\\x",
        "http://127.0.0.1%2f.example.com/",
        "http:///etc/passwd",
        "http://:80/",
        "http://example.com:/",
        "http://example.com:99999/",
        "http://example.com:8o/",
        "http://[::1/",
        "http://１２７.0.0.1/",
        "<http://127.0.0.1/>",
        " http://127.0.0.1/ ",
        "http://127.0\u200b.0.1/",
        "https://example.com/" + "a" * 2048,
    ],
)
@pytest.mark.parametrize("sandbox", [True, False])
def test_other_urls_are_refused(typed: str, sandbox: bool) -> None:
    with pytest.raises(NotPublic):
        ask(typed, sandbox=sandbox)


def test_local_paths_are_for_the_sandbox_only() -> None:
    assert ask("/music/tone.wav", sandbox=True) == Query("/music/tone.wav")
    assert ask("/music/tone.wav") == Query("scsearch:/music/tone.wav")
    assert ask("music/tone.wav", sandbox=True) == Query("scsearch:music/tone.wav")


def test_very_long_words_are_cut() -> None:
    query = ask("la " * 4000)

    assert query is not None
    assert len(query.identifier) <= len("scsearch:") + 500


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "file://", "ytsearch:", "<", "HTTP://", "/"]))
def test_what_reaches_a_node_raw_is_always_a_checked_url(text: str, before: str) -> None:
    try:
        query = ask(before + text)
    except NotPublic:
        return
    if query is not None and not query.identifier.startswith("scsearch:"):
        assert query.identifier.startswith(("http://", "https://"))
        assert "@" not in query.identifier.split("/")[2].partition("?")[0].partition("#")[0]
        assert ask(query.identifier) == query
