"""A guild's plan, all plans, what was used, and links, as members see them."""

from __future__ import annotations

from typing import Any

from workers.screen.discord_text import duration, foreign
from workers.screen.language import Language
from workers.screen.premium_endings import LinkGiven, PlanShown, PlansShown, PremiumEnding, PremiumShown, UsageShown

LINK_BUTTON = 5
"""Discord's button style of a link."""
HIGHEST_PRIORITY = 3
SIGNS = {"usd": "$", "eur": "€", "gbp": "£"}


def premium_payload(ending: PremiumEnding, language: Language) -> dict[str, Any]:
    """A message body without its mentions rule."""
    match ending:
        case PremiumShown():
            return _embed(language.say("premium.title"), _status(ending, language), [_field(ending.plan, language)])
        case PlansShown():
            fields = [_field(plan, language) for plan in ending.plans]
            return _embed(language.say("premium.plans"), language.say("premium.plans.how"), fields)
        case UsageShown():
            return {"content": _usage(ending, language), "embeds": [], "components": []}
        case LinkGiven():
            return _link(ending, language)


def _embed(title: str, description: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "content": "",
        "embeds": [{"title": title, "description": description, "fields": fields}],
        "components": [],
    }


def _status(shown: PremiumShown, language: Language) -> str:
    name = foreign(shown.plan.name)
    if shown.lapsed:
        return language.say(f"premium.lapsed.{shown.status.lower()}", plan=name)
    if shown.source == "none":
        return language.say("premium.none", plan=name)
    key = "premium.granted" if shown.source == "grant" else f"premium.status.{shown.status.lower()}"
    said = language.say(key, plan=name)
    if shown.ends_at is None:
        return said
    ends = shown.source == "grant" or shown.cancels
    return f"{said} {language.say('premium.ends' if ends else 'premium.renews', when=f'<t:{shown.ends_at}:D>')}"


def _usage(usage: UsageShown, language: Language) -> str:
    plan = foreign(usage.plan)
    if usage.allowed is None:
        return language.count("premium.usage.unlimited", usage.tracks, plan=plan)
    left = max(0, usage.allowed - usage.tracks)
    return language.say("premium.usage", tracks=usage.tracks, allowed=usage.allowed, left=left, plan=plan)


def _link(given: LinkGiven, language: Language) -> dict[str, Any]:
    button = {"type": 2, "style": LINK_BUTTON, "label": language.say(f"premium.{given.purpose}.button")}
    return {
        "content": language.say(f"premium.{given.purpose}", plan=foreign(given.plan)),
        "embeds": [],
        "components": [{"type": 1, "components": [{**button, "url": given.url}]}],
    }


def _field(plan: PlanShown, language: Language) -> dict[str, Any]:
    lines = [
        language.say("premium.queue", size=_many(plan.queue_size, language)),
        language.say(
            "premium.length",
            length=_many(None, language) if plan.track_length_s is None else duration(plan.track_length_s * 1_000),
        ),
        language.say("premium.month", tracks=_many(plan.tracks_per_month, language)),
        language.say("premium.import", size=_many(plan.import_size, language)),
        language.say("premium.volume", cap=plan.volume_cap),
        language.say(f"premium.filters.{plan.filters}"),
        language.say(f"premium.autoplay.{plan.autoplay}"),
        language.say("premium.always_on" if plan.always_on else "premium.not_always_on"),
        language.say("premium.playlists", size=_many(plan.saved_playlists, language)),
        language.say("premium.api", size=_agreed(plan.api_per_minute, language)),
        _priority(plan, language),
    ]
    return {"name": _name(plan, language), "value": "\n".join(lines), "inline": True}


def _priority(plan: PlanShown, language: Language) -> str:
    if not plan.priority:
        return language.say("premium.no_priority")
    return language.say("premium.priority", level=plan.priority, highest=max(HIGHEST_PRIORITY, plan.priority))


def _name(plan: PlanShown, language: Language) -> str:
    sign = SIGNS.get(plan.currency, f"{plan.currency.upper()} ")
    prices = [
        language.say(f"premium.price.{interval}", amount=f"{sign}{amount / 100:.2f}")
        for interval, amount in plan.prices.items()
    ]
    return " · ".join([foreign(plan.name), *prices])


def _agreed(number: int | None, language: Language) -> str:
    return language.say("premium.agreed") if number is None else str(number)


def _many(number: int | None, language: Language) -> str:
    return language.say("premium.unlimited") if number is None else str(number)
