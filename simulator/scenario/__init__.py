"""`make demo CHECK=1`: members listen, and what is heard, answered and stored is judged from outside.

It looks only where a person or an operator could: the control API (what members see and hear), the processes' ports,
PostgreSQL and Redis.
"""

from simulator.scenario.breaks import BREAKS
from simulator.scenario.listener import ScenarioFailed
from simulator.scenario.playing import Scenario
from simulator.scenario.strikes import Strikes
from simulator.scenario.survival import Survival
from simulator.scenario.tracks import Tracks
from simulator.scenario.verdict import survival_verdict, verdict

__all__ = [
    "BREAKS",
    "Scenario",
    "ScenarioFailed",
    "Strikes",
    "Survival",
    "Tracks",
    "survival_verdict",
    "verdict",
]
