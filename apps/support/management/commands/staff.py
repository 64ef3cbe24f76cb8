"""`manage.py staff <name> --role support`: lets somebody in at the support desk, without anybody signing in."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from apps.support.audit import OPERATOR
from apps.support.models import StaffMember
from apps.support.roles import Role
from apps.support.services import LastAdmin, staff_change, staff_create, staff_enrol_again, staff_set_password
from project import settings


class Command(BaseCommand):
    """Adds a member or changes one, and prints a one-time code with which they choose a password."""

    help = (
        "Add one of staff, or give them a new role, a new one-time code (a lost password or authenticator), or leave. "
        "The code is printed this once; with --password-stdin the password is read instead."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name and role."""
        parser.add_argument("name")
        parser.add_argument("--role", choices=[role.value for role in Role], help="needed for a new member")
        parser.add_argument("--discord", type=int, metavar="USER_ID", help="may sign in with this Discord account")
        parser.add_argument("--leave", action="store_true", help="let the member go")
        parser.add_argument("--password-stdin", action="store_true", help="set the password to the first line of stdin")

    def handle(self, *_args: Any, name: str, **options: Any) -> None:
        """Do it."""
        member = StaffMember.objects.select_related("user").filter(user__username=name).first()
        try:
            code = self._add(name, options) if member is None else self._change(member, options)
            if options["password_stdin"]:
                found = StaffMember.objects.select_related("user").get(user__username=name)
                staff_set_password(member=found, password=sys.stdin.readline().rstrip("\n"), actor=OPERATOR)
                return
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except LastAdmin as error:
            raise CommandError(f"{name} is the last admin: make somebody else one first") from error
        if code is not None:
            address = settings.PUBLIC_URL + reverse("admin:enrol")
            self.stderr.write(f"{name} chooses a password at {address} with this code, once, within two days:")
            self.stdout.write(code)

    def _add(self, name: str, options: dict[str, Any]) -> str:
        if options["role"] is None or options["leave"]:
            raise CommandError(f"there is no {name} yet: name a --role to add them")
        _, code = staff_create(name=name, role=Role(options["role"]), discord_id=options["discord"], actor=OPERATOR)
        return code

    def _change(self, member: StaffMember, options: dict[str, Any]) -> str | None:
        asked = options["role"] is not None or options["discord"] is not None or options["leave"]
        if not asked:
            return None if options["password_stdin"] else staff_enrol_again(member=member, actor=OPERATOR)
        staff_change(
            member=member,
            role=Role(options["role"] or member.role),
            discord_id=options["discord"] or member.discord_id,
            is_active=not options["leave"],
            actor=OPERATOR,
        )
        return None
