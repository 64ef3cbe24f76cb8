"""What staff order a guild's player to do; it passes no vote and needs no DJ, and its outcome is told in words."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, cast

import msgspec
import redis
from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from apps.api.commands import carry_out_as
from apps.api.problems import Problem
from apps.playback.fleet import nodes_overview
from apps.playback.live import GuildLive, guild_live
from apps.support.audit import settle
from apps.support.confirmation import Impossible, ReasonForm
from apps.support.guild_pages.guild_confirmation import GuildConfirmation, plain_words
from apps.support.models import Stage
from apps.support.numbers import SNOWFLAKES
from project.wire.messages import Actor, Clear, Ended, Order, Pause, Resume, Skip, Stop
from project.wire.staff import ChangeNode, Heal, HealStep

STAFF = Actor(kind="staff", user_id=0, name="Support")
"""Who of them it was stands in the audit log alone: members see what became of an order, not a name."""
NOT_QUEUED = "Redis is away: the order could not be queued and will not be carried out. Please try again."
NOT_KNOWN = "not known"
"""What the audit log says of an order until somebody has heard of it: for good, where whoever gave it died."""
UNANSWERED = "Accepted, but not answered yet: the list of last commands will show how it ends."


class PlayerOrder(GuildConfirmation):
    """Shows what plays, gives the order, waits a moment for its outcome."""

    def order(self, form: ReasonForm) -> Order:
        """What is wanted."""
        raise NotImplementedError

    def consequences(self) -> list[str]:
        """What plays now, and what becomes of it."""
        live = guild_live(self.guild_id)
        return [_now(live), *self.follows(live)]

    def follows(self, live: GuildLive) -> list[str]:
        """What the order does to it."""
        raise NotImplementedError

    def carry_out(self, form: ReasonForm) -> str:
        """The same form gives the same order once, and is answered with the same outcome; the log knows it before."""
        order = self.order(form)
        command_id = self._command_id(form, order)
        action = str(order.__struct_config__.tag).replace("_", " ")
        intention = self.intend(action, form, {"command": command_id, "outcome": NOT_KNOWN}, once=command_id)
        try:
            asked = carry_out_as(STAFF, self.guild_id, order, command_id=command_id)
        except (Problem, redis.RedisError, OSError) as error:
            settle(intention, Stage.NOT_GIVEN, {"outcome": "not queued"})
            raise Impossible(str(error.detail) if isinstance(error, Problem) else NOT_QUEUED) from error
        if asked.ended is None:
            settle(intention, Stage.OPEN, {"outcome": "not answered yet"})
            return UNANSWERED
        settle(intention, Stage.ENDED, _noted(asked.ended))
        sentence = plain_words(asked.ended.sentence) or str(asked.ended.outcome.get("type", "done")).capitalize() + "."
        if asked.ended.error:
            raise Impossible(sentence)
        return sentence

    def _command_id(self, form: ReasonForm, order: Order) -> str:
        """Another order, or somebody else's, under a form's id that was used is another command, with its own line."""
        said = f"{self.actor} {self.guild_id} {msgspec.json.encode(order).decode()}"
        return str(uuid.uuid5(uuid.UUID(form.command_id), said))


class SkipForm(ReasonForm):
    """Names the entry that was shown: one that ended meanwhile is not skipped twice."""

    entry = forms.IntegerField(required=False, min_value=0, max_value=SNOWFLAKES.stop - 1, widget=forms.HiddenInput)


class SkipPage(PlayerOrder):
    """`skip/`."""

    title, button, form_class = "Skip the track", "Skip", SkipForm

    def get_initial(self) -> dict[str, Any]:
        """What plays as the form is shown."""
        current = guild_live(self.guild_id).current
        return {**super().get_initial(), "entry": current.id if current is not None else None}

    def order(self, form: ReasonForm) -> Order:
        """That entry."""
        return Skip(entry=form.cleaned_data["entry"])

    def follows(self, live: GuildLive) -> list[str]:
        """The next one."""
        return ["It ends, and what waits next begins." if live.queue_length else "It ends; nothing waits behind it."]


class PausePage(PlayerOrder):
    """`pause/`."""

    title, button = "Pause the player", "Pause"

    def order(self, form: ReasonForm) -> Order:
        """Hold."""
        return Pause()

    def follows(self, live: GuildLive) -> list[str]:
        """Silence."""
        return ["It is held where it is until somebody resumes it."]


class ResumePage(PlayerOrder):
    """`resume/`."""

    title, button = "Resume the player", "Resume"

    def order(self, form: ReasonForm) -> Order:
        """Go on."""
        return Resume()

    def follows(self, live: GuildLive) -> list[str]:
        """Music."""
        return [
            "What was paused goes on from where it was.",
            "What was stopped does so only while the bot is in a voice channel; else a member has to type /resume.",
        ]


class StopPage(PlayerOrder):
    """`stop/`."""

    title, button, is_dangerous = "Stop the player", "Stop", True

    def order(self, form: ReasonForm) -> Order:
        """Clear and leave."""
        return Stop()

    def follows(self, live: GuildLive) -> list[str]:
        """All is gone."""
        return [f"The queue ({_tracks(live.queue_length)}) is emptied for good.", "The bot leaves the voice channel."]


class ClearPage(PlayerOrder):
    """`clear/`."""

    title, button, is_dangerous = "Clear the queue", "Clear the queue", True

    def order(self, form: ReasonForm) -> Order:
        """Empty."""
        return Clear()

    def follows(self, live: GuildLive) -> list[str]:
        """What is lost."""
        return [f"What waits ({_tracks(live.queue_length)}) is removed for good; what plays goes on."]


class HealForm(ReasonForm):
    """How far healing reaches."""

    STEPS: ClassVar = [
        ("", "The next step after what was tried within the last minute"),
        ("voice", "Send the voice credentials again"),
        ("rejoin", "Leave the voice channel and come back"),
        ("node", "Move to another node"),
    ]
    step = forms.ChoiceField(label="How", choices=STEPS, required=False, widget=UnfoldAdminSelectWidget)


class HealPage(PlayerOrder):
    """`heal/`."""

    title, button, form_class = "Have the guild heard again", "Heal", HealForm

    def order(self, form: ReasonForm) -> Order:
        """The step that was chosen."""
        return Heal(step=cast(HealStep, form.cleaned_data["step"] or None))

    def follows(self, live: GuildLive) -> list[str]:
        """At most a gap."""
        return ["Position and queue are kept. Members may hear a short gap; rejoining is seen in the channel."]


class MoveForm(ReasonForm):
    """Where to."""

    node = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [one.node for one in nodes_overview() if not one.draining]
        field = cast(forms.ChoiceField, self.fields["node"])
        field.choices = [("", "The least loaded of the others"), *((name, name) for name in names)]


class MovePage(PlayerOrder):
    """`move/`."""

    title, button, form_class = "Move to another node", "Move", MoveForm

    def order(self, form: ReasonForm) -> Order:
        """That node."""
        return ChangeNode(node=form.cleaned_data["node"] or None)

    def follows(self, live: GuildLive) -> list[str]:
        """At most a gap."""
        return ["The same track goes on at its position there. Members may hear a short gap."]


def _now(live: GuildLive) -> str:
    if live.current is None:
        return "Nothing plays now."
    verb = "plays" if live.playing else "is paused" if live.paused else "is kept"
    return f"“{live.current.title}” {verb} on {live.node or 'no node'}."


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count} tracks"


def _noted(ended: Ended) -> dict[str, Any]:
    """The outcome without the tracks' inner parts, and without names of members."""
    outcome = ended.outcome
    kind, why = str(outcome.get("type", "")), outcome.get("reason") or outcome.get("key")
    if kind == "said" and why:
        kind, why = str(why), None
    noted: dict[str, Any] = {"outcome": kind}
    track = (outcome.get("entry") or {}).get("track") if isinstance(outcome.get("entry"), dict) else None
    return {**noted, **({"why": why} if why else {}), **({"track": track.get("title")} if track else {})}
