"""What staff do to a guild is said before, done once, told in words, and written down."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from apps.billing.models import PayerCustomer, Subscription
from apps.guilds.models import GuildBlock
from apps.privacy.models import EraseRequest
from apps.support.guild_pages.player_orders import UNANSWERED
from apps.support.guild_pages.trail import trail_of
from apps.support.guild_pages.urls import ACTIONS
from apps.support.models import AuditEntry, AuditLine
from project.wire.messages import Clear, Pause, Resume, Skip, Stop
from project.wire.staff import ChangeNode, Heal
from tests.apps.support.conftest import SignedIn
from tests.apps.support.guild_pages.conftest import GUILD, NODE, OTHER_NODE, Stage

PAGE = f"/admin/guilds/{GUILD}/"
WHY = "asked for in ticket 7"


def shown(browser: Client, action: str) -> dict[str, str]:
    """The fields of the page that asks."""
    page = browser.get(f"{PAGE}{action}/").content.decode()
    hidden = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    return {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}


def confirm(browser: Client, action: str, **fields: str) -> str:
    """Give the order as the page would; the sentence that is shown then."""
    sent = {**shown(browser, action), "reason": WHY, **fields}
    return send(browser, action, sent)


def send(browser: Client, action: str, fields: dict[str, str]) -> str:
    answer: Any = browser.post(f"{PAGE}{action}/", fields)
    assert answer.headers.get("Location") == PAGE, answer.content.decode()[-3_000:]
    (said,) = [str(message) for message in get_messages(answer.wsgi_request)]
    browser.get(PAGE)  # shows it, and it is gone
    return said


def noted() -> list[tuple[str, str, str]]:
    """Who did what and why, without signing in."""
    rows = AuditEntry.objects.filter(guild_id=GUILD).order_by("id")
    return list(rows.values_list("actor", "action", "reason"))


def told() -> list[dict[str, Any]]:
    """What the audit log says became of it, the oldest first."""
    return list(AuditLine.objects.filter(guild_id=GUILD).order_by("at").values_list("after", flat=True))


def test_a_skip_names_the_entry_that_was_shown_and_tells_the_outcome(
    signed_in: SignedIn, playing_guild: int, stage: Stage
) -> None:
    stage.will_answer(
        "skip", {"type": "skipped", "entry": {"track": {"title": "Ode"}}}, "Skipped *Ode\\_to\\* Joy*; **next** is `x`."
    )
    assert confirm(signed_in("support"), "skip") == "Skipped Ode_to* Joy; next is x."
    assert stage.orders == [Skip(entry=1)]
    (command,) = stage.given
    assert (command.actor.kind, command.actor.user_id, command.actor.name) == ("staff", 0, "Support")
    assert noted() == [("staff:support-person", "skip", WHY)]
    assert told() == [{"command": command.id, "outcome": "skipped", "track": "Ode"}]
    (line,) = trail_of(GUILD)
    assert line.change == "track: Ode, outcome: skipped"


def test_an_outcome_that_is_but_a_sentence_is_noted_by_its_key(
    signed_in: SignedIn, playing_guild: int, stage: Stage
) -> None:
    stage.will_answer("heal", {"type": "said", "key": "heal.voice"}, "Gave the node the credentials again.")
    assert confirm(signed_in("support"), "heal", step="voice") == "Gave the node the credentials again."
    assert [one["outcome"] for one in told()] == ["heal.voice"]


def test_a_refusal_is_told_as_one(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    stage.will_answer("pause", {"type": "refused", "reason": "nothing_playing"}, "Nothing is playing.", error=True)
    assert confirm(signed_in("support"), "pause") == "Nothing is playing."
    assert [(one["outcome"], one["why"]) for one in told()] == [("refused", "nothing_playing")]


def test_an_outcome_that_takes_long_is_not_claimed(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    assert confirm(signed_in("support"), "skip") == UNANSWERED
    assert [one["outcome"] for one in told()] == ["not answered yet"]


def test_an_answer_that_comes_late_is_noted_when_the_form_is_sent_again(
    signed_in: SignedIn, playing_guild: int, stage: Stage
) -> None:
    browser = signed_in("support")
    fields = {**shown(browser, "skip"), "reason": WHY}
    assert send(browser, "skip", fields) == UNANSWERED
    stage.will_answer("skip", {"type": "skipped"}, "Skipped.")
    stage.end(stage.given[0])
    assert send(browser, "skip", fields) == "Skipped."
    assert [one["outcome"] for one in told()] == ["skipped"]


def test_an_order_that_cannot_be_queued_is_noted_as_that(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    stage.will_answer("skip", {"type": "skipped"}, "Skipped.")
    browser = signed_in("support")
    fields = {**shown(browser, "skip"), "reason": WHY}
    pool = stage.redis.connection_pool
    port, pool.connection_kwargs["port"] = pool.connection_kwargs["port"], 1
    pool.reset()
    assert "could not be queued" in send(browser, "skip", fields)
    assert noted() == [("staff:support-person", "skip", WHY)]
    pool.connection_kwargs["port"] = port
    pool.reset()
    assert send(browser, "skip", fields) == "Skipped."
    assert [one["outcome"] for one in told()] == ["not queued", "skipped"]


def test_an_entry_is_one_that_can_be(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    for entry in ("-1", str(2**63), "9" * 5_000):
        fields = {**shown(browser, "skip"), "reason": WHY, "entry": entry}
        assert browser.post(f"{PAGE}skip/", fields).status_code == 200
    assert stage.orders == []
    assert noted() == []


def test_a_form_that_is_sent_twice_does_one_thing(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    stage.will_answer("skip", {"type": "skipped"}, "Skipped.")
    browser = signed_in("support")
    fields = {**shown(browser, "skip"), "reason": WHY}
    assert [send(browser, "skip", fields) for _ in range(2)] == ["Skipped.", "Skipped."]
    assert len(stage.given) == len(noted()) == 1


@pytest.mark.parametrize(
    ("action", "fields", "order"),
    [
        ("pause", {}, Pause()),
        ("resume", {}, Resume()),
        ("clear", {}, Clear()),
        ("stop", {}, Stop()),
        ("heal", {"step": ""}, Heal()),
        ("heal", {"step": "rejoin"}, Heal(step="rejoin")),
        ("move", {"node": ""}, ChangeNode()),
        ("move", {"node": OTHER_NODE}, ChangeNode(node=OTHER_NODE)),
    ],
)
def test_each_order_is_what_its_page_says(
    signed_in: SignedIn, playing_guild: int, stage: Stage, action: str, fields: dict[str, str], order: Any
) -> None:
    confirm(signed_in("support"), action, **fields)
    assert stage.orders == [order]


def test_a_node_that_is_none_is_not_offered(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    answer = browser.post(f"{PAGE}move/", {**shown(browser, "move"), "reason": WHY, "node": "evil:1"})
    assert answer.status_code == 200
    assert stage.orders == []
    assert NODE in answer.content.decode()


def test_without_a_reason_nothing_is_done(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    answer = browser.post(f"{PAGE}skip/", {"once": str(uuid.uuid4()), "reason": " "})
    assert answer.status_code == 200
    assert stage.orders == []


def test_a_guild_is_blocked_once_and_served_again(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    assert "silent within seconds" in confirm(browser, "block")
    block = GuildBlock.objects.get(guild_id=GUILD)
    assert (block.by, block.reason) == ("support-person", WHY)
    assert "blocked already" in browser.get(f"{PAGE}block/").content.decode()
    assert "may use the bot again" in confirm(browser, "unblock")
    assert not GuildBlock.objects.exists()
    assert [action for _, action, _ in noted()] == ["block guild", "unblock guild"]


def test_a_used_form_id_hides_nothing_from_the_log(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser, used = signed_in("admin"), {"once": str(uuid.uuid4()), "reason": WHY}
    for action in ("block", "unblock", "block", "pause", "stop"):
        send(browser, action, used)
    for member in ("4242", "4343", "4343"):
        send(browser, "erase", {**used, "member": member})
    assert [action for _, action, _ in noted()] == [
        "block guild", "unblock guild", "block guild", "pause", "stop", "erase member", "erase member"
    ]  # fmt: skip
    assert stage.orders == [Pause(), Stop()]


def test_an_admin_has_a_member_erased_and_the_log_does_not_name_them(
    signed_in: SignedIn, playing_guild: int, stage: Stage
) -> None:
    assert "has begun" in confirm(signed_in("admin"), "erase", member="4242")
    assert EraseRequest.objects.filter(user_id=4242).exists()
    entry = AuditEntry.objects.get(guild_id=GUILD)
    assert entry.action == "erase member"
    assert "4242" not in f"{entry.subject} {entry.after} {entry.before}"


def test_a_payer_is_not_erased_unasked(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    PayerCustomer.objects.create(user_id=4242, stripe_customer_id="cus_1")
    Subscription.objects.filter(guild_id=GUILD).update(stripe_customer_id="cus_1", stripe_status="ACTIVE")
    assert f"pays for a running plan of guild {GUILD}" in confirm(signed_in("admin"), "erase", member="4242")
    assert noted() == []


@pytest.mark.parametrize("role", ["support", "billing"])
def test_erasing_is_for_admins_alone(signed_in: SignedIn, playing_guild: int, stage: Stage, role: str) -> None:
    browser = signed_in(role)
    assert browser.get(f"{PAGE}erase/").status_code == 403
    fields = {"once": str(uuid.uuid4()), "reason": WHY, "member": "4242"}
    assert browser.post(f"{PAGE}erase/", fields).status_code == 403
    assert not EraseRequest.objects.exists()
    assert "Erase" not in browser.get(PAGE).content.decode()


def test_support_may_do_all_but_erase(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("support")
    answers = {action: browser.get(f"{PAGE}{action}/").status_code for action in ACTIONS}
    assert answers == {action: 403 if action == "erase" else 200 for action in ACTIONS}


def test_billing_is_offered_what_concerns_plans(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    assert "Grant a plan" not in signed_in("support").get(PAGE).content.decode()
    assert "Grant a plan" in signed_in("billing").get(PAGE).content.decode()


def test_a_page_alone_changes_nothing(signed_in: SignedIn, playing_guild: int, stage: Stage) -> None:
    browser = signed_in("admin")
    for action in ACTIONS:
        assert browser.get(f"{PAGE}{action}/").status_code == 200
    assert stage.orders == []
    assert noted() == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_foreign_page_cannot_have_it_done(signed_in: SignedIn, playing_guild: int, stage: Stage, action: str) -> None:
    browser = signed_in("admin")
    browser.handler.enforce_csrf_checks = True
    answer = browser.post(f"{PAGE}{action}/", {"once": str(uuid.uuid4()), "reason": WHY})
    assert answer.status_code == 403
    assert stage.orders == []


@pytest.mark.parametrize("action", ACTIONS)
def test_who_is_not_signed_in_is_sent_to_the_door(
    client: Client, playing_guild: int, stage: Stage, action: str
) -> None:
    answer = client.post(f"{PAGE}{action}/", {"once": str(uuid.uuid4()), "reason": WHY})
    assert answer.headers["Location"].startswith("/admin/login/")
    assert stage.orders == []
