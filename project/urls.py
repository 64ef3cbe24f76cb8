"""Routes of the api process, beside those of `project.operator_pages`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("stripe/", include("apps.billing.urls")),
    path("api/", include("apps.api.urls")),
    path("admin/", include("apps.support.urls")),
]
handler400 = "apps.api.problems.bad_request"
handler404 = "apps.api.problems.not_found"
handler500 = "apps.api.problems.server_error"
