"""Changes that wait for the end of the paid period, as Stripe's portal makes them of a downgrade."""

from simulator.stripe_api.books import Books
from simulator.stripe_api.clock import later
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.shapes.schedule import phase, schedule
from simulator.stripe_api.shapes.subscription import plan
from simulator.stripe_api.store import Json


def change_at_period_end(books: Books, made: Json, price: Json) -> Json:
    """The subscription goes on as it is, and changes to `price` when its period ends; the schedule of that."""
    if made["schedule"] is not None:
        release(books, books.store.need("subscription_schedule", made["schedule"]))
    item, recurring = made["items"]["data"][0], price["recurring"]
    start, end = item["current_period_start"], item["current_period_end"]
    after = later(end, recurring["interval"], recurring["interval_count"])
    phases = [
        phase(made, item["price"], item["quantity"], start=start, end=end),
        phase(made, price, item["quantity"], start=end, end=after),
    ]
    planned = books.store.add(schedule(books.now(), made, phases))
    books.record("subscription_schedule.created", planned)
    books.change("customer.subscription.updated", made, schedule=planned["id"])
    return planned


def release(books: Books, planned: Json) -> None:
    """The subscription goes on without it."""
    if planned["status"] != "active":
        raise invalid(f"You cannot release a subscription schedule that is {planned['status']}.")
    made = books.store.need("subscription", planned["subscription"])
    planned.update(status="released", released_at=books.now(), released_subscription=made["id"], subscription=None)
    planned["current_phase"] = None
    books.record("subscription_schedule.released", planned)
    if made["schedule"] == planned["id"]:
        books.change("customer.subscription.updated", made, schedule=None)


def begin_next_phase(books: Books, made: Json) -> None:
    """Its period has ended: the item takes the next phase's price, and the schedule has done its work."""
    if made["schedule"] is None:
        return
    planned = books.store.need("subscription_schedule", made["schedule"])
    wanted = planned["phases"][-1]["items"][0]
    item = made["items"]["data"][0]
    price = books.store.need("price", wanted["price"])
    item.update(price=price, plan=plan(price), quantity=wanted["quantity"])
    release(books, planned)


def refuse_managed(made: Json) -> None:
    """What a schedule decides cannot be changed beside it."""
    if made["schedule"] is not None:
        raise invalid(
            f"The subscription is managed by the subscription schedule `{made['schedule']}`, and updating this "
            "directly is not allowed. Please release the schedule first."
        )
