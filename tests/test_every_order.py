"""Every order of the wire can be given, and is carried out: nothing is declared and then forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot import components
from bot.slash import registry
from bot.slash.command import SlashCommand
from bot.slash.options import IDS, Option, OptionType, Refused
from project.wire.messages import ORDER_KINDS, Order, Suggest
from project.wire.orders import ForgetMember
from project.wire.staff import STAFF_KINDS
from workers.player.orders.registry import FAMILIES, ORDERS

TYPED = ("1:23", "2", "mine", "a song", "off")
"""What a member may type where an option takes any text."""


def values_of(option: Option) -> list[Any]:
    """Some values that an option takes."""
    if option.type is OptionType.STRING:
        return list(option.choices or TYPED)
    return ["1"] if option.type in IDS else [option.low or 1]


def orders_of(command: SlashCommand) -> Iterator[Order]:
    """Orders that come of a command when every option is given, in as many ways as its first one allows."""
    first = values_of(command.options[0]) if command.options else [None]
    for value in first:
        given = {option.name: values_of(option)[0] for option in command.options[1:]}
        if command.options:
            given[command.options[0].name] = value
        try:
            yield command.order_of(given)
        except Refused:
            continue


def test_a_function_carries_out_every_order() -> None:
    # A Suggest needs no player: it is answered before any mailbox.
    assert set(ORDERS) == set(ORDER_KINDS) - {Suggest}


def test_no_order_belongs_to_two_families() -> None:
    assert len(ORDERS) == sum(len(family.ORDERS) for family in FAMILIES)


def test_a_member_can_give_every_order() -> None:
    slashes = [leaf for command in registry.by_name().values() for leaf in command.leaves()]
    typed = {type(order) for leaf in slashes for order in orders_of(leaf)}
    pressed = {type(action.make(1, ["8d"])) for action in components.ACTIONS.values()}
    # A ForgetMember is the erasure's, which tells every player; staff have theirs in the admin.
    assert set(ORDER_KINDS) - typed - pressed == {Suggest, ForgetMember, *STAFF_KINDS}
