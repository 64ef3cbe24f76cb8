"""Staff block a guild, or serve it again."""

from __future__ import annotations

from django.db import transaction

from apps.guilds.selectors import guild_block_get
from apps.guilds.services import guild_block, guild_unblock
from apps.support.confirmation import Impossible, ReasonForm
from apps.support.guild_pages.guild_confirmation import GuildConfirmation


class BlockPage(GuildConfirmation):
    """`block/`."""

    title, button, is_dangerous = "Block the guild", "Block", True

    def consequences(self) -> list[str]:
        """Until it is taken back."""
        if guild_block_get(self.guild_id) is not None:
            raise Impossible("This guild is blocked already.")
        return [
            "Within seconds its music stops and the bot leaves the voice channel; the queue is kept.",
            "Members' commands are refused with a sentence that sends them to support. They never see the reason.",
            "Its subscription goes on: cancel it as well if it should not be paid.",
        ]

    def carry_out(self, form: ReasonForm) -> str:
        """Blocking twice is blocking once."""
        with transaction.atomic():
            if not guild_block(guild_id=self.guild_id, by=self.actor.removeprefix("staff:"), reason=form.why):
                return "The guild is blocked already."
            self.note_change("block guild", form, before={"blocked": False}, after={"blocked": True})
        return "Blocked: it is silent within seconds."


class UnblockPage(GuildConfirmation):
    """`unblock/`."""

    title, button = "Unblock the guild", "Unblock"

    def consequences(self) -> list[str]:
        """As before."""
        if guild_block_get(self.guild_id) is None:
            raise Impossible("This guild is not blocked.")
        return ["Members may use the bot again. /resume brings back what played."]

    def carry_out(self, form: ReasonForm) -> str:
        """Twice is once."""
        with transaction.atomic():
            if not guild_unblock(guild_id=self.guild_id):
                return "The guild is not blocked."
            self.note_change("unblock guild", form, before={"blocked": True}, after={"blocked": False})
        return "Unblocked: members may use the bot again."
