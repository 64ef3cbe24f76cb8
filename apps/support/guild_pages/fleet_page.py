"""The page of slots and nodes: who owns what, how much it carries; and draining a node."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.playback.drains import node_drain, node_undrain
from apps.playback.fleet import NodeSeen, nodes_overview, slots_overview
from apps.support.audit import record
from apps.support.confirmation import Confirmation, Impossible, ReasonForm
from apps.support.guild_pages.reading import only_staff


@only_staff
@require_GET
def slots_and_nodes(request: HttpRequest) -> HttpResponse:
    """`slots-and-nodes/`."""
    context = {**admin.site.each_context(request), "title": "Slots & nodes", **_fleet()}
    return render(request, "support/guilds/fleet.html", context)


@only_staff
@require_GET
def slots_and_nodes_live(request: HttpRequest) -> HttpResponse:
    """`slots-and-nodes/live/`: the tables as they are now."""
    return render(request, "support/guilds/fleet_live.html", _fleet())


def _fleet() -> dict[str, Any]:
    return {"nodes": nodes_overview(), "slots": slots_overview()}


class NodePage(Confirmation):
    """Base of what staff do to a node."""

    role = "support"

    @property
    def node(self) -> str:
        """host:port"""
        return str(self.kwargs["node"])

    @property
    def by(self) -> str:
        """Who is shown beside the node."""
        return self.actor.removeprefix("staff:")

    def found(self) -> NodeSeen:
        """The node; raises Impossible."""
        node = next((one for one in nodes_overview() if one.node == self.node), None)
        if node is None:
            raise Impossible(f"There is no node {self.node}.")
        return node

    def note(self, action: str, form: ReasonForm, *, draining: bool) -> None:
        """A line of the audit log for what has changed just now, in its transaction: each time, whatever id the form
        had.
        """
        before, after = ({"node": self.node, "draining": one} for one in (not draining, draining))
        record(
            actor=self.actor,
            action=action,
            guild_id=None,
            reason=form.why,
            before=before,
            after=after,
            subject=f"form:{form.command_id}",
        )

    def back(self) -> str:
        """The page of all."""
        return reverse("admin:slots_and_nodes")


class DrainPage(NodePage):
    """`slots-and-nodes/<node>/drain/`."""

    title, button, is_dangerous = "Drain the node", "Drain", True

    def consequences(self) -> list[str]:
        """Guilds leave."""
        node = self.found()
        if node.draining:
            raise Impossible(f"{node.node} is drained already.")
        now = "" if node.players is None else f" ({node.players} now)"
        sentences = [
            f"The guilds on {node.node}{now} move to other nodes, a few at a time; each may hear a short gap.",
            "No new player begins there, until the node is used again. It holds over restarts.",
        ]
        if not self.others():
            sentences.insert(0, "There is no other node: guilds stay until there is one.")
        return sentences

    def carry_out(self, form: ReasonForm) -> str:
        """Twice is once."""
        self.found()
        with transaction.atomic():
            if not node_drain(node=self.node, by=self.by, reason=form.why):
                return f"{self.node} is drained already."
            self.note("drain node", form, draining=True)
        if not self.others():
            return f"{self.node} is drained, but there is no other node: its guilds stay until there is one."
        return f"{self.node} is being drained: its guilds leave within seconds."

    def others(self) -> list[str]:
        """Where guilds can go."""
        return [one.node for one in nodes_overview() if one.node != self.node and not one.draining]


class UndrainPage(NodePage):
    """`slots-and-nodes/<node>/undrain/`."""

    title, button = "Use the node again", "Use again"

    def consequences(self) -> list[str]:
        """It takes part again."""
        if not self.found().draining:
            raise Impossible(f"{self.node} is not drained.")
        return ["New players may begin there. Guilds that left do not come back by themselves."]

    def carry_out(self, form: ReasonForm) -> str:
        """Twice is once."""
        self.found()
        with transaction.atomic():
            if not node_undrain(node=self.node):
                return f"{self.node} is not drained."
            self.note("undrain node", form, draining=False)
        return f"{self.node} is used again."
