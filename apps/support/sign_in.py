"""Who may sign in at the desk: password and second factor, or Discord. A session is nobody's before both are passed."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Literal

import structlog
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.support.audit import record
from apps.support.models import StaffMember
from apps.support.sign_in_hashing import TooMany, is_password
from project import settings

log = structlog.get_logger(__name__)

Way = Literal["authenticator", "recovery code", "discord"]

WRONG = "Name or password is wrong. After several wrong ones the desk waits for up to a quarter of an hour."
"""The same for all that can be wrong: a stranger learns no name by it."""
FREE_TRIES = 5
"""Wrong passwords before a pause; each further one doubles it."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
"""Longer would let a stranger lock somebody out for a shift."""
RECOVERY_CODES = 10
SESSION_LASTS = timedelta(seconds=settings.SESSION_COOKIE_AGE)
MARK = "desk"
"""Key of the session's mark, which only `enter` makes."""


class Refused(Exception):
    """Not signed in; the message is for the person, and says no more than a stranger may know."""


class Busy(Refused):
    """Nothing was looked at: others sign in just now."""


def password_check(*, name: str, password: str) -> StaffMember:
    """The active member with this name and password; raises Refused, and pauses who tries again and again.

    The password is looked at before anything is locked; what the row says then counts. Raises Busy.
    """
    seen = StaffMember.objects.select_related("user").filter(user__username=name).first()
    encoded = seen.user.password if seen is not None and _obstacle(seen) is None else None
    try:
        is_right = is_password(password, encoded)
    except TooMany:
        log.warning("A sign-in at the desk was refused", problem="too many at once")
        raise Busy("Several people sign in just now. Wait some seconds, then try again.") from None
    with transaction.atomic():
        member = _locked(user__username=name)
        problem = _obstacle(member)
        if member is None or problem is not None or member.user.password != encoded:
            log.warning("A sign-in at the desk was refused", problem=problem or "changed meanwhile")
        elif not is_right:
            _count_failure(member)
        else:
            StaffMember.objects.filter(pk=member.pk).update(failures=0, locked_until=None)
            return member
    raise Refused(WRONG)


def second_factor_check(*, member: StaffMember, code: str) -> Way:
    """Which factor the code is: six digits of the authenticator, or a recovery code, good once. Raises Refused."""
    code = "".join(code.split()).lower()
    way: Way = "authenticator" if code.isdecimal() else "recovery code"
    kind = TOTPDevice if way == "authenticator" else StaticDevice
    with transaction.atomic():
        device = kind.objects.select_for_update().filter(user=member.user, confirmed=True).first()
        allowed = device is not None and device.verify_is_allowed()[0]
        passed = device is not None and allowed and device.verify_token(code)
    if passed:
        return way
    refuse(member, f"wrong {way}" if allowed else f"{way} paused")
    raise Refused(
        "This code is not valid, or was used before." if allowed else "Too many wrong codes. Wait, then try again."
    )


def needs_authenticator(member: StaffMember) -> bool:
    """Whether this is the first sign-in, at which an authenticator is set up."""
    return not TOTPDevice.objects.filter(user=member.user, confirmed=True).exists()


def authenticator_begin(*, member: StaffMember) -> TOTPDevice:
    """The authenticator to be confirmed; the same one until it is."""
    with transaction.atomic():
        _locked(pk=member.pk)
        found: TOTPDevice | None = TOTPDevice.objects.filter(user=member.user, confirmed=False).first()
        return found or TOTPDevice.objects.create(user=member.user, name="authenticator", confirmed=False)


def authenticator_confirm(*, member: StaffMember, code: str) -> list[str]:
    """The member's first code: from now on one is asked for. The recovery codes, shown this once. Raises Refused."""
    with transaction.atomic():
        _locked(pk=member.pk)
        known = TOTPDevice.objects.filter(user=member.user, confirmed=True).exists()
        device = TOTPDevice.objects.select_for_update().filter(user=member.user, confirmed=False).first()
        if device is not None and not known and device.verify_token("".join(code.split())):
            TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
            codes = recovery_codes_renew(member=member)
            record(
                actor=f"staff:{member}", action="set up authenticator", guild_id=None, reason="", before={}, after={}
            )
            return codes
    raise Refused("This code is not valid. Wait for the next one, and look whether the device's clock is right.")


def recovery_codes_renew(*, member: StaffMember) -> list[str]:
    """New codes for a lost device; those before are void."""
    StaticDevice.objects.filter(user=member.user).delete()
    device = StaticDevice.objects.create(user=member.user, name="recovery codes", confirmed=True)
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


def discord_check(*, discord_id: int) -> StaffMember:
    """The active member whom this Discord account is; raises Refused."""
    member = StaffMember.objects.select_related("user").filter(discord_id=discord_id, user__is_active=True).first()
    if member is None:
        log.warning("A sign-in at the desk was refused", problem="no member with this Discord account")
        raise Refused("This Discord account belongs to none of staff.")
    return member


def enter(request: HttpRequest, member: StaffMember, way: Way) -> None:
    """The session is the member's from now on, for SESSION_LASTS; sessions that are over are forgotten."""
    user: User = member.user
    login(request, user, backend="apps.support.backend.RoleBackend")
    now = timezone.now()
    request.session[MARK] = {"epoch": member.epoch, "since": now.timestamp(), "way": way}
    StaffMember.objects.filter(pk=member.pk).update(signed_in_at=now)
    record(actor=f"staff:{member}", action="sign in", guild_id=None, reason="", before={}, after={"way": way})
    SessionStore.clear_expired()


def refuse(member: StaffMember, problem: str) -> None:
    """Note that somebody did not get in as this member."""
    record(
        actor=f"staff:{member}",
        action="sign-in refused",
        guild_id=None,
        reason="",
        before={},
        after={"problem": problem},
    )


def is_in(request: HttpRequest) -> bool:
    """Whether the session passed both factors, is not over, and the member's role is as it was then."""
    user = request.user
    member = getattr(user, "staff_member", None) if user.is_authenticated else None
    return member is not None and user.is_active and _is_marked(request, member)


def is_still_in(request: HttpRequest) -> bool:
    """`is_in` as PostgreSQL knows it now: for answers that last longer than a moment."""
    member = StaffMember.objects.filter(pk=request.user.pk, user__is_active=True).first()
    key = request.session.session_key
    return member is not None and key is not None and SessionStore().exists(key) and _is_marked(request, member)


def _is_marked(request: HttpRequest, member: StaffMember) -> bool:
    """Whether the session was made by `enter`, for what the member is now, and not too long ago."""
    mark = request.session.get(MARK)
    if not isinstance(mark, dict):
        return False
    age_s = timezone.now().timestamp() - mark["since"]
    return bool(mark["epoch"] == member.epoch and age_s < SESSION_LASTS.total_seconds())


def _obstacle(member: StaffMember | None) -> str | None:
    """Why no password of the member's is looked at."""
    if member is None or not member.user.is_active:
        return "no such member"
    if member.locked_until is not None and member.locked_until > timezone.now():
        return "too many wrong passwords"
    return None


def _locked(**which: object) -> StaffMember | None:
    return StaffMember.objects.select_related("user").select_for_update(of=("self",)).filter(**which).first()


def _count_failure(member: StaffMember) -> None:
    failures = member.failures + 1
    pause = FIRST_PAUSE * 2 ** min(failures - FREE_TRIES, 10) if failures >= FREE_TRIES else None
    until = timezone.now() + min(pause, LONGEST_PAUSE) if pause else None
    StaffMember.objects.filter(pk=member.pk).update(failures=failures, locked_until=until)
    refuse(member, "wrong password")
