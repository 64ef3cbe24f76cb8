"""Idempotency-Key: the same request twice is carried out once (https://docs.stripe.com/api/idempotent_requests)."""

from typing import Any

from simulator.stripe_api.errors import StripeError
from simulator.stripe_api.store import Json

Answer = tuple[int, Json]


class Answered:
    """What was answered to each key."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[Any, Answer]] = {}

    def known(self, key: str, asked: Any) -> Answer | None:
        """The first answer; raises idempotency_error when the key came with another request."""
        if key not in self._answers:
            return None
        first, answer = self._answers[key]
        if first != asked:
            raise StripeError(
                f"Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return answer

    def keep(self, key: str, asked: Any, answer: Answer) -> None:
        """Refused parameters are not kept, as at Stripe: nothing was begun."""
        if answer[0] not in (400, 401, 429):
            self._answers[key] = (asked, answer)
