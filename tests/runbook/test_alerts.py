"""Who is woken by an alert finds it in the section of RUNBOOK.md that its link leads to, with what comes first."""

from __future__ import annotations

import re

import pytest

from tests.monitoring.rule_files import Alert, alerts
from tests.runbook import document

_ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def sections() -> dict[str, str]:
    """Anchor of a heading -> what stands under it, up to the next one."""
    text = document.RUNBOOK.read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", head).lower().replace(" ", "-") for head in parts[1::2]]
    return dict(zip(anchors, parts[2::2], strict=True))


def told(section: str) -> dict[str, tuple[str, str]]:
    """Alert -> what it means, and what comes first."""
    return {
        name: (means.strip(), first.strip())
        for names, means, first in _ROW.findall(section)
        for name in re.findall(r"\w+", names)
    }


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_the_section_of_an_alert_says_what_it_means_and_what_comes_first(alert: Alert) -> None:
    anchor = alert.annotations["runbook_url"].partition("#")[2]
    means, first = told(sections()[anchor])[alert.name]
    assert len(means) > 15
    assert first


def test_no_section_tells_of_an_alert_that_is_none() -> None:
    named = [name for section in sections().values() for name in told(section)]
    assert sorted(named) == sorted(alert.name for alert in alerts())
