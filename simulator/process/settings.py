"""What the environment says; a bad value ends the start with one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class BadSetting(Exception):
    """A variable cannot be used; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    host: str
    port: int
    state_dir: Path
    nodes: int
    node_port: int
    node_password: str
    voice_port: int
    voice_host: str
    tls_cert: Path | None
    tls_key: Path | None
    bot_token: str
    max_concurrency: int
    shards: int
    heartbeat_ms: int
    openapi: str | None
    outside_nodes: str | None
    stripe_webhook: tuple[str, str] | None = None
    """The URL that events of the simulated Stripe go to, and the secret that signs them."""
    clocked: bool = False
    """Nodes play by the clock alone, without sound: for thousands of players."""
    lyrics: bool = True
    """Nodes have the plugin LavaLyrics."""


def settings_from(env: Mapping[str, str]) -> Settings:
    """Raises BadSetting."""
    outside = env.get("LAVALINK_NODES") or None
    return Settings(
        host=env.get("SIM_HOST") or "127.0.0.1",
        port=_number(env, "SIM_PORT", 8900),
        state_dir=Path(env.get("SIM_STATE_DIR") or ".run/simulator").absolute(),
        nodes=_number(env, "SIM_NODES", 0 if outside else 1, most=16),
        node_port=_number(env, "SIM_NODE_PORT", 2333),
        node_password=env.get("SIM_NODE_PASSWORD") or "youshallnotpass",
        voice_port=_number(env, "SIM_VOICE_PORT", 0),
        voice_host=env.get("SIM_VOICE_HOST") or "localhost",
        tls_cert=_path(env, "SIM_TLS_CERT"),
        tls_key=_path(env, "SIM_TLS_KEY"),
        bot_token=env.get("SIM_BOT_TOKEN") or "sandbox.token.segue",
        max_concurrency=_number(env, "SIM_MAX_CONCURRENCY", 1, least=1),
        shards=_number(env, "SIM_SHARDS", 1, least=1),
        heartbeat_ms=_number(env, "SIM_HEARTBEAT_MS", 41_250, least=50, most=600_000),
        openapi=env.get("DISCORD_OPENAPI") or None,
        outside_nodes=outside,
        stripe_webhook=_webhook(env),
        clocked=env.get("SIM_CLOCKED", "0") not in {"", "0"},
        lyrics=env.get("SIM_LYRICS", "1") not in {"", "0"},
    )


def _number(env: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int = 65_535) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise BadSetting(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def _webhook(env: Mapping[str, str]) -> tuple[str, str] | None:
    url, secret = env.get("SIM_STRIPE_WEBHOOK_URL"), env.get("SIM_STRIPE_WEBHOOK_SECRET")
    if bool(url) != bool(secret):
        raise BadSetting("SIM_STRIPE_WEBHOOK_URL and SIM_STRIPE_WEBHOOK_SECRET go together: one of them is missing.")
    return (url, secret) if url and secret else None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    return Path(value) if value else None
