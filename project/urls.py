"""Routes of the api process, beside those of `project.operator_pages`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("stripe/", include("apps.billing.urls"))]
