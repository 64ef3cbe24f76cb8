"""What is typed to sign in."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget


class PasswordForm(forms.Form):
    """Name and password."""

    name = forms.CharField(
        max_length=150, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        max_length=200, strip=False, widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"})
    )


class CodeForm(forms.Form):
    """A code of the second factor."""

    code = forms.CharField(
        max_length=40,
        help_text="Six digits from your authenticator, or one of your recovery codes.",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class FirstCodeForm(CodeForm):
    """The first code of a new authenticator."""

    code = forms.CharField(
        max_length=40,
        label="The code that it shows now",
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class EnrolForm(forms.Form):
    """The one-time code and a password of one's own."""

    code = forms.CharField(
        max_length=100,
        label="One-time code",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off", "autofocus": True}),
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        label="New password",
        help_text="At least 12 characters.",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        max_length=200,
        strip=False,
        label="New password again",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        given = super().clean() or {}
        if given.get("password") != given.get("again"):
            raise forms.ValidationError("The two passwords differ.")
        return given
