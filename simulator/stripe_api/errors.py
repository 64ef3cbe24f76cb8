"""Stripe's refusals, in the shape its clients expect (https://docs.stripe.com/api/errors)."""

from typing import Any


class StripeError(Exception):
    """Becomes the answer `{"error": {...}}` with `status`."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        decline_code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.decline_code = decline_code

    def body(self) -> dict[str, Any]:
        told = {"code": self.code, "decline_code": self.decline_code, "message": str(self), "param": self.param}
        return {"error": {**{name: value for name, value in told.items() if value is not None}, "type": self.kind}}


def missing(noun: str, object_id: str, *, param: str = "id", status: int = 404) -> StripeError:
    """No such object: 404 for one named in the path, 400 for one named by a parameter."""
    return StripeError(f"No such {noun}: '{object_id}'", status=status, code="resource_missing", param=param)


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    return StripeError(message, param=param, code=code)


def card_declined() -> StripeError:
    return StripeError(
        "Your card was declined.", status=402, kind="card_error", code="card_declined", decline_code="generic_decline"
    )
