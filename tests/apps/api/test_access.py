"""Every route against everybody who must not get through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import ApiToken, Login
from apps.accounts.scopes import Scope
from apps.accounts.services import api_token_revoke, login_revoke
from apps.api.urls import urlpatterns
from apps.api.view import View
from apps.api.views.login import OpenView
from tests.apps.api.conftest import GUILD, OTHER, Api

pytestmark = pytest.mark.django_db

EXAMPLES = {
    "<snowflake:guild_id>": str(GUILD),
    "<int:position>": "1",
    "<int:token_id>": "1",
    "<int:playlist_id>": "1",
    "<uuid:command_id>": "00000000-0000-4000-8000-000000000001",
}


def routes() -> Iterator[tuple[str, str, Scope | None]]:
    """Method, path and scope of everything that takes a token."""
    for pattern in urlpatterns:
        view: type[Any] | None = getattr(pattern.callback, "view_class", None)
        if view is None or issubclass(view, OpenView):
            continue
        path = str(pattern.pattern)
        for placeholder, example in EXAMPLES.items():
            path = path.replace(placeholder, example)
        for method, scope in view.needs.items():
            yield method, f"/api/{path}", scope


ROUTES = list(routes())
IN_GUILD = [route for route in ROUTES if f"/{GUILD}/" in route[1]]
SCOPED = [route for route in ROUTES if route[2] is not None]


def refused(api: Api, method: str, path: str, token: str | None) -> tuple[int, str]:
    """Status and reason, in the form of a problem."""
    answer, problem = api.ask(method, path, token)
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["reason"]


def test_every_view_says_what_its_methods_need() -> None:
    for pattern in urlpatterns:
        view: Any = getattr(pattern.callback, "view_class", None)
        if view is not None and not issubclass(view, OpenView):
            assert issubclass(view, View)
            assert set(view.needs) == {m.upper() for m in ("get", "post", "patch", "delete") if hasattr(view, m)}


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
def test_no_token_or_a_wrong_one_opens_nothing(api: Api, method: str, path: str, scope: Scope | None) -> None:
    assert refused(api, method, path, None) == (401, "not_authenticated")
    assert refused(api, method, path, "segue_g_" + "a" * 43) == (401, "token_unknown")
    assert refused(api, method, path, "nonsense") == (401, "token_unknown")
    assert api.queued() == []


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
def test_an_expired_or_revoked_token_opens_nothing(api: Api, method: str, path: str, scope: Scope | None) -> None:
    assert refused(api, method, path, api.token(lasts=timedelta(seconds=-1))) == (401, "token_expired")
    revoked = api.token()
    api_token_revoke(guild_id=GUILD, token_id=ApiToken.objects.latest("id").pk)
    assert refused(api, method, path, revoked) == (401, "token_revoked")
    signed_out = api.login(GUILD)
    login_revoke(login_id=Login.objects.latest("id").pk)
    assert refused(api, method, path, signed_out) == (401, "token_revoked")
    assert api.queued() == []


@pytest.mark.parametrize(("method", "path", "scope"), IN_GUILD)
def test_another_guilds_token_or_manager_reaches_nothing(api: Api, method: str, path: str, scope: Scope | None) -> None:
    assert refused(api, method, path, api.token(guild_id=OTHER)) == (403, "other_guild")
    assert refused(api, method, path, api.login(OTHER)) == (403, "other_guild")
    assert api.queued() == []


@pytest.mark.parametrize(("method", "path", "scope"), SCOPED)
def test_all_other_scopes_together_do_not_do(api: Api, method: str, path: str, scope: Scope | None) -> None:
    others = [one for one in Scope if one != scope]
    assert refused(api, method, path, api.token(*others)) == (403, "scope_missing")
    assert api.queued() == []
