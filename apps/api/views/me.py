"""A person's own data: `me/export`, and `me` to be forgotten."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.problems import Problem
from apps.api.views.tokens import PersonView
from apps.privacy.erasure import StillPaying, member_erase
from apps.privacy.exporting import ExportBusy, member_export

FILE_NAME = "segue-my-data.json"
BUSY_SECONDS = 5


class EraseShape(serializers.Serializer[Any]):
    """An erasure that has begun."""

    requested_at = serializers.DateTimeField()


class ExportView(PersonView):
    """`me/export`."""

    needs = {"GET": None}

    @extend_schema(
        operation_id="me_export",
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="Everything that is held of you.")},
    )
    def get(self, request: Request) -> Response:
        """Download everything that is held of you, in all guilds."""
        return export_file(self.caller.user_id)


class MeView(PersonView):
    """`me`."""

    needs = {"DELETE": None}

    @extend_schema(operation_id="me_erase", request=None, responses={202: EraseShape})
    def delete(self, request: Request) -> Response:
        """Have everything that is held of you deleted. It takes minutes, cannot be undone, and signs you out."""
        try:
            begun = member_erase(user_id=self.caller.user_id, asked_by="api")
        except StillPaying as refused:
            detail = "You pay for a guild's plan. Cancel it; once it has ended you can be forgotten."
            raise Problem(409, "still_paying", detail, guild_ids=list(map(str, refused.guilds))) from refused
        return Response({"requested_at": begun.requested_at}, status=202)


def export_file(user_id: int) -> Response:
    """A member's data as a file that a browser saves; raises Problem."""
    try:
        export = member_export(user_id)
    except ExportBusy as busy:
        detail = "Somebody else is being handed their data just now. Please try again in a moment."
        raise Problem(429, "busy", detail, retry_after=BUSY_SECONDS) from busy
    return Response(export, headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'})
