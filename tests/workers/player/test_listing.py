"""Reading the queue."""

from __future__ import annotations

from project.wire.messages import ORDER_KINDS, ShowQueue
from tests.workers.player.cast import MINUTE, Stage, kinds, song
from workers.player.orders.registry import ORDERS
from workers.player.outcomes import QueueShown, Refused


def test_a_page_of_the_queue(stage: Stage) -> None:
    stage.found(stage.reserve(), *(song(str(number)) for number in range(26)), playlist="Album")
    stage.wait(5_000)
    page = stage.ask(ShowQueue(page=3))
    assert isinstance(page, QueueShown)
    assert [entry.track.title for entry in page.entries] == ["21", "22", "23", "24", "25"]
    assert (page.page, page.pages, page.total, page.total_ms) == (3, 3, 25, 75 * MINUTE)
    assert (page.current, page.position_ms, page.paused) == (stage.player.current, 5_000, False)
    assert stage.ask(ShowQueue(page=4)) == Refused(reason="no_such_page", limit=3)
    assert stage.refusal(ShowQueue(page=0)) == "no_such_page"


def test_a_button_for_a_page_that_is_no_more_shows_the_last_one(concert: Stage) -> None:
    page = concert.ask(ShowQueue(page=4, nearest=True))
    assert isinstance(page, QueueShown)
    assert (page.page, page.pages, page.guild_id) == (1, 1, concert.player.state.guild_id)


def test_reading_changes_nothing(concert: Stage) -> None:
    before = concert.player.checkpoint()
    assert kinds(concert.order(ShowQueue())) == ["Reply"]
    assert concert.player.checkpoint() == before


def test_an_empty_queue(stage: Stage) -> None:
    assert stage.refusal(ShowQueue()) == "queue_empty"


def test_every_order_of_the_wire_has_its_function() -> None:
    assert set(ORDERS) <= set(ORDER_KINDS)
