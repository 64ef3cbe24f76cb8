"""c: from TrackEnd to the request for the next track, beside DefaultPlayer and the commit that it does not make."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Sequence

from tests.bench.commit import measure_commits
from tests.bench.discord_side import DiscordSide, starts_track, until
from tests.bench.pacing import at_moments
from tests.bench.partner import Partner
from tests.bench.report import Report, Row
from tests.bench.samples import Samples, arrivals
from tests.bench.stage import Stage

RATE = 40.0
ROUNDS = 3
ROUND_SECONDS = 4.0
RATIO = 1.2
COMMITS = 300


async def measure(stage: Stage, stock: Partner, stock_guilds: Sequence[int], report: Report, scale: float) -> None:
    """End tracks of ours and of DefaultPlayer's in turn, on the same node."""
    ours, theirs = Samples("our next tracks"), Samples("DefaultPlayer's next tracks")
    commits = Samples("commits of a next track")
    our_turn = itertools.cycle([place.guild_id for place in stage.places])
    their_turn = itertools.cycle([str(guild_id) for guild_id in stock_guilds])
    for number in range(ROUNDS):
        moments = arrivals(RATE, ROUND_SECONDS * scale, seed=number)
        theirs.add(await _round(stage.discord, moments, their_turn))
        ours.add(await _round(stage.discord, moments, our_turn))
        commits.add(await measure_commits(stage.stores.database_url, COMMITS // ROUNDS))
    for per_cent in (50, 99):
        baseline, commit = theirs.percentile(per_cent), commits.percentile(per_cent)
        report.rows.append(
            Row(
                f"next_track_p{per_cent}_ms",
                f"TrackEnd -> next track requested, p{per_cent}",
                ours.percentile(per_cent),
                "ms",
                limit=RATIO * baseline + commit if per_cent == 50 else None,
                baseline=baseline,
                baseline_name="DefaultPlayer",
            )
        )
        report.figures[f"commit_p{per_cent}_ms"] = commit
    report.figures["next_tracks_measured"] = len(ours)


async def _round(discord: DiscordSide, moments: list[float], turn: Iterable[str]) -> list[float]:
    """Milliseconds from TrackEnd at the node to the PATCH with another track."""
    began, guilds = time.time(), iter(turn)

    async def finish(_number: int) -> None:
        await discord.finish(next(guilds))

    await at_moments(moments, finish)
    delays: list[float] = []

    async def all_followed() -> bool:
        delays[:] = await _delays(discord, began)
        return len(delays) >= len(moments)

    await until(all_followed, f"{len(moments)} next tracks", seconds=10)
    return delays


async def _delays(discord: DiscordSide, began: float) -> list[float]:
    ended: dict[str, list[float]] = {}
    for end in await discord.ends(began):
        if end["reason"] == "finished":
            ended.setdefault(end["guild_id"], []).append(end["time"])
    return [
        (one["time"] - ended[one["guild_id"]].pop(0)) * 1000
        for one in await discord.requests(began)
        if starts_track(one) and ended.get(one["guild_id"])
    ]
