"""What surrounds the desk: its own files, a strict browser, and nothing of it for the API."""

from __future__ import annotations

import re

import pytest
from django.test import AsyncClient, Client

from apps.support.models import StaffMember
from project import settings
from tests.apps.support.conftest import SignedIn

pytestmark = pytest.mark.django_db


def test_pages_run_no_script_but_our_own_files(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    for where in ("/admin/", "/admin/billing/subscription/", "/admin/billing/plan/BASIC/change/", "/admin/login/code/"):
        answer = client.get(where, follow=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-eval';" in policy
        assert "default-src 'none'" in policy
        page = answer.content.decode()
        assert not re.findall(r"<script(?![^>]*\bsrc=)", page), "none stands in the page itself"
        sources = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', page)
        assert {one for one in sources if not one.startswith(("/admin/", "data:"))} == set()


def test_its_files_are_served_from_the_packages() -> None:
    client = Client()
    page = client.get("/admin/login/").content.decode()
    files = [one for one in re.findall(r'(?:src|href)="([^"]+)"', page) if one.startswith(settings.STATIC_URL)]
    assert len(files) > 5
    assert {client.get(one).status_code for one in files} == {200}
    style = client.get(settings.STATIC_URL + "unfold/css/styles.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert style.headers["Cache-Control"] == "max-age=3600, public"
    again = client.get(
        settings.STATIC_URL + "unfold/css/styles.css",
        headers={"If-Modified-Since": style.headers["Last-Modified"]},
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["../settings.py", "unfold/../../../project/settings.py", "nothing.css", ""])
def test_no_other_file_is(path: str) -> None:
    assert Client().get(settings.STATIC_URL + path).status_code == 404


@pytest.mark.parametrize("page", ["billing/plan/BASIC/change/", "support/staffmember/add/", "logout/"])
def test_no_page_of_elsewhere_can_send_a_form(signed_in: SignedIn, page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in("admin").cookies
    assert client.post(f"/admin/{page}", {"name": "eve", "role": "admin"}).status_code == 403
    assert StaffMember.objects.count() == 1


async def test_it_is_the_same_under_asgi() -> None:
    client = AsyncClient()
    assert (await client.get("/admin/")).status_code == 302
    assert b"Sign in" in (await client.get("/admin/login/")).content
    assert (await client.get(settings.STATIC_URL + "unfold/css/styles.css")).status_code == 200


def test_the_api_knows_no_cookie_of_the_desks(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    answer = client.get("/api/v1/plans/")
    assert "Content-Security-Policy" not in answer.headers
    assert not answer.cookies
    assert client.cookies[settings.SESSION_COOKIE_NAME]["path"] == "/admin/"
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_what_is_shown_is_kept_by_no_browser(signed_in: SignedIn) -> None:
    answer = signed_in("support").get("/admin/billing/subscription/")
    assert "no-store" in answer.headers["Cache-Control"]
