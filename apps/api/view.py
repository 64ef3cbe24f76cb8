"""The base of all views of the API: who asks, what they need, and what every answer has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.accounts.scopes import Scope
from apps.accounts.selectors import Caller
from apps.api.access import MayReach
from apps.api.authentication import BearerAuthentication
from apps.api.body import JsonAlways, SmallJson
from apps.api.throttles import PlanThrottle


class View(APIView):
    """`needs` lists every method that takes a token, with the scope; None: any caller."""

    needs: ClassVar[Mapping[str, Scope | None]] = {}

    authentication_classes: Sequence[type[BaseAuthentication]] = (BearerAuthentication,)
    permission_classes: Sequence[type[BasePermission]] = (MayReach,)
    throttle_classes: Sequence[type[BaseThrottle]] = (PlanThrottle,)
    parser_classes = (SmallJson,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = JsonAlways

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return cast(Caller, self.request.auth)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is answered concerns one caller, now."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        for name, value in getattr(request, "rate_limit", {}).items():
            final[name] = value
        return final
