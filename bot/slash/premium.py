"""The premium family: what the server's plan is, what others there are, and how to get them."""

from __future__ import annotations

from typing import cast

from bot.sentences import Text
from bot.slash.command import Given, SlashCommand
from bot.slash.options import Option
from project.wire.premium import (
    BuyPlan,
    ManagePlan,
    PaidTier,
    PriceInterval,
    ShowPlans,
    ShowPremium,
    ShowUsage,
)

PLAN_CHOICES = {"BASIC": Text("Basic", "Basic"), "PREMIUM": Text("Premium", "Premium")}
INTERVAL_CHOICES = {"month": Text("Monthly", "Cada mes"), "year": Text("Yearly", "Cada año")}


def _buy(given: Given) -> BuyPlan:
    return BuyPlan(
        tier=cast(PaidTier, given.get("plan", "PREMIUM")), interval=cast(PriceInterval, given.get("billed", "month"))
    )


COMMANDS = (
    SlashCommand(
        "premium",
        Text("This server's plan", "El plan de este servidor"),
        parts=(
            SlashCommand(
                "status",
                Text("Show this server's plan", "Muestra el plan de este servidor"),
                lambda _given: ShowPremium(),
                defers="ephemeral",
            ),
            SlashCommand(
                "plans",
                Text("Compare all plans", "Compara todos los planes"),
                lambda _given: ShowPlans(),
                defers="ephemeral",
            ),
            SlashCommand(
                "upgrade",
                Text("Get a plan for this server", "Consigue un plan para este servidor"),
                _buy,
                options=(
                    Option("plan", Text("Which one", "Cuál"), choices=PLAN_CHOICES),
                    Option("billed", Text("How often it is paid", "Cada cuánto se paga"), choices=INTERVAL_CHOICES),
                ),
                defers="ephemeral",
            ),
            SlashCommand(
                "manage",
                Text("Change or cancel what you pay", "Cambia o cancela lo que pagas"),
                lambda _given: ManagePlan(),
                defers="ephemeral",
            ),
            SlashCommand(
                "usage",
                Text("Show what was used this month", "Muestra lo usado este mes"),
                lambda _given: ShowUsage(),
                defers="ephemeral",
            ),
        ),
    ),
)
