"""Reports errors to Sentry, from every process, without what they must not tell: off unless SENTRY_DSN is set.

What is logged as an error is reported, and so is what ends a process or a thread. Of a log line only its sentence and a
few named fields go along, of an exception its type, its stack without variables, and its words as `clean` leaves them.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from project import settings
from project.env import refuse_to_start

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

TAGS = ("process", "logger", "slot", "shard", "guild", "command", "order", "kind", "job", "node", "task", "stage")
"""Fields of a log line that are told; none says anything of a person."""
AT_MOST = 10
PER_SECONDS = 60.0
"""Of one kind of error, so that an outage does not cost a month's quota."""
HIDDEN = "…"

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DETAIL = re.compile(r"\b(?P<kind>DETAIL|CONTEXT|QUERY):[^\n]*")
"""What PostgreSQL adds to an error: a row's values, which may be anybody's words."""
_PATTERNS = (
    DETAIL,
    EMAIL,
    re.compile(r"(?<=://)[^/\s@]+@"),
    re.compile(r"(?i)\b(?:bot|bearer|basic)\s+[\w.~+/=-]{8,}"),
    re.compile(r"\b(?:[srp]k_(?:live|test)|whsec|segue)_\w+"),
    re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}"),  # Discord's tokens, JWTs
    re.compile(r"[A-Za-z0-9_+/=-]{40,}"),  # an interaction's token, whatever else is long and opaque
    re.compile(r"\b\d{15,20}\b"),  # a member's id; where a guild's is wanted, a tag has it
    re.compile(r"""(?<!\w)(?:'[^'\n]*'|"[^"\n]*")"""),  # what somebody typed stands in quotation marks
)
_known: list[str] = []
_process = ""


def clean(text: str) -> str:
    """Without secrets, addresses, ids of members and quoted text."""
    for secret in _known:
        text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


def start(process: str, secrets: Iterable[str]) -> None:
    """From here on report this process's errors, if SENTRY_DSN says where; raises StartRefused if it is none."""
    global _process
    if not settings.SENTRY_DSN:
        return
    _known[:] = [settings.SENTRY_DSN, *secrets]
    if not _process:
        # In a forked child Sentry's thread is woken in vain by the first error: it would lie there until a second one.
        os.register_at_fork(after_in_child=_connect)
    _process = process
    _connect()
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # says of each try that Sentry is away
    logging.getLogger().addHandler(ErrorReporter())


def _connect() -> None:
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration
    from sentry_sdk.utils import BadDsn

    integrations = [
        AtexitIntegration(callback=lambda _pending, _seconds: None),
        ExcepthookIntegration(),
        ThreadingIntegration(propagate_scope=False),
    ]
    try:
        sentry_sdk.init(
            settings.SENTRY_DSN,
            release=settings.SENTRY_RELEASE,
            environment=settings.SENTRY_ENVIRONMENT,
            server_name=HIDDEN,
            before_send=cleaned,
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=integrations,
            include_local_variables=False,
            send_default_pii=False,
            max_breadcrumbs=0,
            max_request_body_size="never",
            auto_session_tracking=False,
            propagate_traces=False,
            in_app_include=["apps", "bot", "project", "workers"],
        )
    except BadDsn:
        refuse_to_start("SENTRY_DSN is no DSN. Copy it again from Sentry: Settings, Client Keys.")
    sentry_sdk.get_global_scope().set_tag("process", _process)  # for all threads, and for what ends one


class ErrorReporter(logging.Handler):
    """Sends what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._sent: dict[str, tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """A log line; a failure to report it is said on stderr and goes no further."""
        try:
            if not record.name.startswith("sentry_sdk") and self._may_send(_sentence(record)):
                _report(record)
        except Exception:
            self.handleError(record)

    def _may_send(self, sentence: str) -> bool:
        now = time.monotonic()
        since, sent = self._sent.get(sentence, (now, 0))
        if now - since >= PER_SECONDS:
            since, sent = now, 0
        if len(self._sent) > 1_000:
            self._sent.clear()
        self._sent[sentence] = since, sent + 1
        return sent < AT_MOST


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """structlog hands its fields over as the message; libraries have a sentence with gaps, which stay gaps."""
    if isinstance(record.msg, dict):
        return record.msg
    return {"event": str(record.msg), "logger": record.name}


def _sentence(record: logging.LogRecord) -> str:
    return str(_fields(record).get("event", ""))


def _report(record: logging.LogRecord) -> None:
    import sentry_sdk
    from sentry_sdk.utils import event_from_exception

    fields = _fields(record)
    event: Event = {"level": "fatal" if record.levelno >= logging.CRITICAL else "error"}
    hint: Hint = {}
    if (raised := _raised(record, fields)) is not None:
        options = sentry_sdk.get_client().options
        event, hint = event_from_exception(
            raised, client_options=options, mechanism={"type": "logging", "handled": True}
        )
    event["logger"] = record.name
    event["message"] = _sentence(record)
    event["tags"] = {name: str(fields[name]) for name in TAGS if fields.get(name) is not None}
    words = {name: str(fields[name]) for name in ("reason", "error") if fields.get(name)}
    event["extra"] = dict(words)
    sentry_sdk.capture_event(event, hint)


def _raised(record: logging.LogRecord, fields: dict[str, Any]) -> _ExcInfo | None:
    given = fields.get("exc_info") or record.exc_info
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    found = given if isinstance(given, tuple) else sys.exc_info() if given else None
    return None if found is None or found[0] is None or found[1] is None else (found[0], found[1], found[2])


def cleaned(event: Event, _hint: Hint) -> Event | None:
    """The last look at all that is sent, wherever it was caught."""
    for name in ("request", "user", "breadcrumbs", "modules", "server_name"):
        event.pop(name, None)  # type: ignore[misc] # not a literal
    if "message" in event:
        event["message"] = clean(str(event["message"]))
    event["extra"] = {name: clean(str(value)) for name, value in (event.get("extra") or {}).items()}
    exceptions: Any = (event.get("exception") or {}).get("values") or []
    for one in exceptions:
        one["value"] = clean(str(one.get("value") or ""))
        for frame in (one.get("stacktrace") or {}).get("frames") or []:
            frame.pop("vars", None)
    return event
