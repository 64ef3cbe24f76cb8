"""One message being handled: the memory as it changes, what is wanted so far, and what decisions may look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from project.wire.messages import Actor, Command
from project.wire.nonces import message_nonce
from workers.player.announcements import Notice
from workers.player.effects import Announce, Effect, Reply
from workers.player.limits import GuildRules, Limits
from workers.player.memory import Memory
from workers.player.outcomes import Conclusion, Denied, Reason, Refused, Said


@dataclass(slots=True)
class Turn:
    """Effects are performed in the order in which they were wanted, after the Save."""

    memory: Memory
    now_ms: int
    limits: Limits
    rules: GuildRules
    effects: list[Effect] = field(default_factory=list)
    must_save: bool = False
    must_show: bool = False
    """The player message has to change, although only the position did."""

    def want(self, effect: Effect) -> None:
        """Have something done."""
        self.effects.append(effect)

    def announce(self, notice: Notice, subject: int) -> None:
        """Tell the guild's text channel, if there is one; `subject` makes the message one of its kind."""
        channel_id = self.writes_in
        if channel_id is not None:
            self.announce_in(channel_id, notice, subject)

    def announce_in(self, channel_id: int, notice: Notice, subject: int) -> None:
        """The same in one channel; where that does not take it, in the guild's text channel."""
        nonce, asked_in = message_nonce(channel_id, type(notice).__name__, subject), self.memory.state.text_channel_id
        otherwise_id = asked_in if asked_in != channel_id else None
        self.want(Announce(channel_id, notice, self.guild_language, nonce, otherwise_id))

    @property
    def writes_in(self) -> int | None:
        """Where the guild is told what answers nobody."""
        return self.rules.announce_channel_id or self.memory.state.text_channel_id

    @property
    def guild_language(self) -> str:
        """For what answers nobody: the guild's own language, else what Discord says of the guild."""
        return self.rules.locale or self.memory.state.locale


@dataclass(slots=True, kw_only=True)
class OrderTurn(Turn):
    """A command being handled."""

    command: Command

    @property
    def actor(self) -> Actor:
        """Who wants it."""
        return self.command.actor

    @property
    def locale(self) -> str:
        """The guild's language if it has chosen one, else the member's; staff are answered in their own."""
        own = self.command.actor.locale
        return own if self.actor.kind == "staff" else self.rules.locale or own

    def reply(self, conclusion: Conclusion) -> None:
        """Answer the command; every order's handler does this exactly once, or keeps a reservation that will."""
        self.want(Reply(self.command.id, conclusion, self.locale))

    def say(self, key: str, **values: str | int) -> None:
        """Answer with the sentence of a key (see outcomes.Said for what the values mean)."""
        self.reply(Said(key=key, values=values))

    def deny(self, key: str, **values: str | int) -> None:
        """Answer with a sentence that nothing changed, and why."""
        self.reply(Denied(key=key, values=values))

    def refuse(self, reason: Reason, detail: str = "", limit: int | None = None, plan: str = "") -> None:
        """Answer that nothing changed, and why; `plan` where it is the plan's limit."""
        if reason == "nothing_playing" and self.memory.state.stopped_by is not None:
            limit = self.memory.kept or None  # another way out than to search for it all anew
        self.reply(Refused(reason=reason, detail=detail, limit=limit, plan=plan))
