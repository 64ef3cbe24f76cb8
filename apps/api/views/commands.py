"""How a command went, for whoever did not wait long enough."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.commands import is_pending, outcome_of
from apps.api.outcomes import pending, shown
from apps.api.problems import Problem
from apps.api.shapes import COMMAND
from apps.api.view import View


class CommandView(View):
    """`commands/{id}`."""

    needs = {"GET": None}

    @extend_schema(operation_id="command_show", responses=COMMAND)
    def get(self, request: Request, command_id: UUID) -> Response:
        """Its outcome, as the route that gave the order would have answered."""
        identity, guilds = str(command_id), list(self.caller.guilds)
        ended = outcome_of(identity, guilds)
        if ended is not None:
            return Response(shown(ended))
        if is_pending(identity, guilds):
            return pending(identity)
        raise Problem(404, "not_found", "You gave no such command, or it was never carried out.")
