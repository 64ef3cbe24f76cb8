"""The desk's addresses, once all its pages are found."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from apps.support.pages import find_pages

find_pages()
urlpatterns: list[URLPattern | URLResolver] = [path("", admin.site.urls)]
