"""Finds the guilds that a member of staff asks for: by guild, payer, e-mail or an id of Stripe's, or page by page.

No list is counted, and each page is a fixed number of statements that an index answers, however many guilds there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import redis
import structlog
from django.db.models import QuerySet
from djstripe.models import Charge, Customer, Invoice, PaymentIntent

from apps.api.redis_clients import client
from apps.billing.models import PayerCustomer, Subscription
from apps.billing.selectors import tier_of
from apps.guilds.models import GuildBlock
from apps.playback.models import Player, QueueEntry
from apps.support.numbers import number_in
from project.wire import keys

log = structlog.get_logger(__name__)

PAGE = 50
MOST_FOUND = 200
"""Guilds of one payer that are shown."""
Choice = Literal["all", "playing", "blocked"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
_PAYMENTS: dict[str, Any] = {"in_": Invoice, "ch_": Charge, "pi_": PaymentIntent}
"""By the beginning of an id of Stripe's: where its customer stands."""


@dataclass(frozen=True, slots=True)
class GuildRow:
    """A guild in the list."""

    guild_id: int
    tier: str
    """Whose limits count now."""
    status: str
    source: str
    title: str | None
    """What it plays or has paused."""
    paused: bool
    in_voice: int | None
    """Members in the bot's voice channel; None while Redis is away."""
    blocked: bool


@dataclass(frozen=True, slots=True)
class GuildPage:
    """Some guilds, the newest first; `after` begins the next page."""

    rows: Sequence[GuildRow]
    after: int | None


def guilds_list(choice: Choice, *, after: int | None = None) -> GuildPage:
    """One page of all guilds, of those with a player in voice, or of those that are blocked."""
    sources: dict[Choice, QuerySet[Any]] = {
        "all": Subscription.objects.all(),
        "playing": Player.objects.filter(voice_channel_id__isnull=False),
        "blocked": GuildBlock.objects.all(),
    }
    source = sources[choice] if after is None else sources[choice].filter(guild_id__lt=after)
    ids: list[int] = list(source.order_by("-guild_id").values_list("guild_id", flat=True)[: PAGE + 1])
    return GuildPage(_rows(ids[:PAGE]), ids[PAGE - 1] if len(ids) > PAGE else None)


def guilds_find(text: str) -> Sequence[GuildRow]:
    """The guilds that a text means; none where it means nothing that we know."""
    text = text.strip()
    if text.isdecimal():
        number = number_in(text)
        return () if number is None else _rows(_of_number(number))
    if "@" in text:
        return _rows(_of_customers(_customers_of(text)))
    if text.startswith("sub_"):
        found = Subscription.objects.filter(stripe_subscription_id=text)
        return _rows(list(found.values_list("guild_id", flat=True)))
    if text.startswith("cus_"):
        return _rows(_of_customers([text]))
    model = _PAYMENTS.get(text[:3])
    if model is None:
        return ()
    return _rows(_of_customers(list(model.objects.filter(id=text).values_list("customer_id", flat=True))))


def is_known(guild_id: int) -> bool:
    """Whether the bot is or was there: one statement."""
    rows = Subscription.objects.filter(guild_id=guild_id).values("guild_id")
    return rows.union(Player.objects.filter(guild_id=guild_id).values("guild_id")).exists()


def in_voice(guild_ids: Sequence[int]) -> dict[int, int] | None:
    """How many members are in the bot's voice channel, by guild; None while Redis is away. One round trip."""
    try:
        with client.pipeline(transaction=False) as pipe:
            for guild_id in guild_ids:
                pipe.hgetall(keys.voice(guild_id))
            mirrors: list[dict[str, str]] = pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("Who listens is not known: Redis is away", reason=type(error).__name__)
        return None
    return {guild_id: _listeners(mirror) for guild_id, mirror in zip(guild_ids, mirrors, strict=True)}


def _listeners(mirror: dict[str, str]) -> int:
    channel = mirror.get("channel_id")
    return sum(name.startswith("member:") and place == channel for name, place in mirror.items()) if channel else 0


def _of_number(number: int) -> list[int]:
    """The guild itself; else the guilds for which this Discord user pays."""
    if is_known(number):
        return [number]
    return _of_customers(
        list(PayerCustomer.objects.filter(user_id=number).values_list("stripe_customer_id", flat=True))
    )


def _customers_of(email: str) -> list[str]:
    return list(Customer.objects.filter(email__iexact=email).values_list("id", flat=True)[:MOST_FOUND])


def _of_customers(customers: Sequence[str | None]) -> list[int]:
    found = Subscription.objects.filter(stripe_customer_id__in=[one for one in customers if one])
    return list(found.order_by("-guild_id").values_list("guild_id", flat=True)[:MOST_FOUND])


def _rows(guild_ids: Sequence[int]) -> Sequence[GuildRow]:
    """Four statements and one round trip to Redis, in the order of the ids."""
    subscriptions = Subscription.objects.in_bulk(guild_ids)
    players = Player.objects.filter(voice_channel_id__isnull=False).in_bulk(guild_ids)
    current = QueueEntry.objects.filter(guild_id__in=guild_ids, status="current").values_list("guild_id", "track")
    titles = {guild_id: str(track.get("title", "")) for guild_id, track in current if guild_id in players}
    blocked = set(GuildBlock.objects.filter(guild_id__in=guild_ids).values_list("guild_id", flat=True))
    listening = in_voice(list(players))
    return [
        GuildRow(
            guild_id=guild_id,
            tier=tier_of(row).value,
            status=row.status,
            source=row.source,
            title=titles.get(guild_id),
            paused=guild_id in players and players[guild_id].paused,
            in_voice=None if listening is None else listening.get(guild_id, 0),
            blocked=guild_id in blocked,
        )
        for guild_id in guild_ids
        for row in [subscriptions.get(guild_id, Subscription(guild_id=guild_id))]
    ]
