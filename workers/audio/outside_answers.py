"""Answers that the core cannot give: it knows no nodes, neither how fast they answer nor what they have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from project.spawned import Spawned
from workers.audio.commits import Commits
from workers.audio.node_hands import NodeHands
from workers.audio.open_commands import OpenCommands
from workers.player.effects import FindLyrics, MeasureNode, MoveNode
from workers.player.outcomes import Conclusion, Pong, Said


class OutsideAnswers:
    """One guild's. `play_elsewhere` has it move, if it can, and says where to or why not."""

    def __init__(
        self,
        commands: OpenCommands,
        commits: Commits,
        hands: NodeHands,
        background: Spawned,
        play_elsewhere: Callable[[str | None], Said],
        lyrics: Callable[[FindLyrics], Awaitable[Conclusion]],
    ) -> None:
        self._open, self._commits, self._hands, self._background = commands, commits, hands, background
        self._play_elsewhere, self._find = play_elsewhere, lyrics

    async def answer(self, effect: MeasureNode | MoveNode | FindLyrics) -> None:
        """Do it and answer; what is only read holds nothing up."""
        if isinstance(effect, MeasureNode):
            self._background.start(self._measure(effect), "measure")
        elif isinstance(effect, FindLyrics):
            self._background.start(self._lyrics(effect), "lyrics")
        else:
            await self._move_node(effect)

    async def _measure(self, effect: MeasureNode) -> None:
        node_ms = await self._hands.sign_of_life()
        command = self._open.get(effect.command_id)
        if command is not None:
            pong = Pong(gateway_ms=effect.gateway_ms, broker_ms=effect.broker_ms, node_ms=node_ms)
            self._open.finish(command, pong, effect.locale)

    async def _lyrics(self, effect: FindLyrics) -> None:
        conclusion = await self._find(effect)
        command = self._open.get(effect.command_id)
        if command is not None:
            self._open.finish(command, conclusion, effect.locale)

    async def _move_node(self, effect: MoveNode) -> None:
        """Nothing that is saved depends on where a guild plays, so the command is recorded after it."""
        conclusion = self._play_elsewhere(effect.node)
        command = self._open.get(effect.command_id)
        if command is not None:
            await self._commits.record(command, conclusion)
            self._open.finish(command, conclusion, command.command.actor.locale)
