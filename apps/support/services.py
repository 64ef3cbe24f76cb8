"""Writes to staff: who joins, changes the role, loses a device or leaves. Each ends the member's sessions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.support.audit import record, subject_of
from apps.support.models import StaffMember
from apps.support.roles import Role
from apps.support.sign_in import Refused

ENROLMENT_LASTS = timedelta(days=2)


class LastAdmin(Exception):
    """Somebody has to be able to let others in."""


def staff_create(*, name: str, role: Role, discord_id: int | None, actor: str) -> tuple[StaffMember, str]:
    """A new member and the one-time code with which they choose a password."""
    with transaction.atomic():
        user = User(username=name, is_staff=True)
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
        member = StaffMember.objects.create(user=user, role=role.value, discord_id=discord_id)
        _note(member, actor, "add staff", before={}, after=_shown(member))
        return member, _enrolment_code(member)


def staff_change(
    *, member: StaffMember, role: Role, discord_id: int | None, is_active: bool, actor: str, reason: str = ""
) -> StaffMember:
    """Change role or Discord account, or let a member go; their sessions end at once. Raises LastAdmin."""
    with transaction.atomic():
        admins = list(StaffMember.objects.select_for_update(of=("self",)).filter(role=Role.ADMIN, user__is_active=True))
        row = StaffMember.objects.select_related("user").get(pk=member.pk)
        if (role is not Role.ADMIN or not is_active) and [admin.pk for admin in admins] == [row.pk]:
            raise LastAdmin
        before = _shown(row)
        row.role, row.discord_id, row.epoch = role.value, discord_id, row.epoch + 1
        row.user.is_active = is_active
        row.user.save(update_fields=["is_active"])
        row.save(update_fields=["role", "discord_id", "epoch"])
        if before != _shown(row):
            _note(row, actor, "change staff", before=before, after=_shown(row), reason=reason)
    return row


def is_last_admin(member: StaffMember) -> bool:
    """Whether nobody else could let others in."""
    others = StaffMember.objects.filter(role=Role.ADMIN, user__is_active=True).exclude(pk=member.pk)
    return member.role == Role.ADMIN and member.user.is_active and not others.exists()


def staff_enrol_again(*, member: StaffMember, actor: str, reason: str = "") -> str:
    """Password and devices are void, sessions end; the new one-time code. For who lost a device or a password."""
    with transaction.atomic():
        row = StaffMember.objects.select_related("user").select_for_update(of=("self",)).get(pk=member.pk)
        for kind in (TOTPDevice, StaticDevice):
            kind.objects.filter(user=row.user).delete()
        row.user.set_unusable_password()
        row.user.save(update_fields=["password"])
        StaffMember.objects.filter(pk=row.pk).update(epoch=row.epoch + 1, failures=0, locked_until=None)
        _note(row, actor, "enrol again", before={}, after={}, reason=reason)
        return _enrolment_code(row)


def staff_set_password(*, member: StaffMember, password: str, actor: str) -> None:
    """Choose a password; raises ValidationError. Sessions end, and a one-time code is void."""
    validate_password(password, member.user)
    with transaction.atomic():
        member.user.set_password(password)
        member.user.save(update_fields=["password"])
        StaffMember.objects.filter(pk=member.pk).update(
            enrolment_digest=None, enrolment_until=None, failures=0, locked_until=None
        )
        _note(member, actor, "set password", before={}, after={})


def staff_enrol(*, code: str, password: str) -> StaffMember:
    """Choose a password with a one-time code, which is void then; raises Refused, ValidationError."""
    with transaction.atomic():
        member = (
            StaffMember.objects.select_related("user")
            .select_for_update(of=("self",))
            .filter(enrolment_digest=_digest(code), enrolment_until__gt=timezone.now(), user__is_active=True)
            .first()
        )
        if member is None:
            raise Refused("This code is not valid any more. Ask an admin for a new one.")
        staff_set_password(member=member, password=password, actor=f"staff:{member}")
    return member


def _enrolment_code(member: StaffMember) -> str:
    code = secrets.token_urlsafe(24)
    StaffMember.objects.filter(pk=member.pk).update(
        enrolment_digest=_digest(code), enrolment_until=timezone.now() + ENROLMENT_LASTS
    )
    return code


def _digest(code: str) -> str:
    """192 random bits need no salt and no slow hash."""
    return hashlib.sha256(code.strip().encode()).hexdigest()


def _shown(member: StaffMember) -> dict[str, object]:
    return {
        "role": member.role,
        "signs in with Discord": member.discord_id is not None,
        "active": member.user.is_active,
    }


def _note(
    member: StaffMember,
    actor: str,
    action: str,
    *,
    before: dict[str, object],
    after: dict[str, object],
    reason: str = "",
) -> None:
    named = {"name": str(member), **after}
    record(
        actor=actor,
        action=action,
        guild_id=None,
        reason=reason,
        before=before,
        after=named,
        subject=subject_of(member),
    )
