"""What Discord accepts as a message, whether posted, edited or sent as the answer to an interaction."""

from dataclasses import dataclass, field
from typing import Any

from simulator.discord_rest import field_rules as rules
from simulator.discord_rest.component_rules import ComponentCheck
from simulator.discord_rest.embed_rules import check_embeds, is_empty
from simulator.discord_rest.errors import DiscordError, FieldErrors, empty_message
from simulator.discord_rest.field_rules import Path
from simulator.world.messages import MessageFlag

_MOST_CONTENT = 2000
_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.EPHEMERAL | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked message body; `given` names the parts that were in the request (an edit changes only those)."""

    given: frozenset[str] = frozenset()
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    nonce: str | int | None = None
    enforce_nonce: bool = False
    kept_attachments: list[str] | None = None

    def changes(self) -> dict[str, Any]:
        return {part: getattr(self, part) for part in ("content", "embeds", "components") if part in self.given}


def check_message(body: dict[str, Any], *, at: Path = (), was_v2: bool = False) -> Draft:
    """Raises DiscordError (50035) naming every wrong field; emptiness is the caller's to judge."""
    errors = FieldErrors()
    flags = body.get("flags")
    rules.whole_number(errors, flags, (*at, "flags"), least=0, most=1 << 31)
    flags = flags & _SETTABLE if isinstance(flags, int) else 0
    v2 = was_v2 or bool(flags & MessageFlag.COMPONENTS_V2)
    rules.text(errors, body.get("content"), (*at, "content"), longest=_MOST_CONTENT)
    embeds = check_embeds(errors, body.get("embeds"), (*at, "embeds"))
    components = ComponentCheck(errors, v2=v2).run(body.get("components"), (*at, "components"))
    if v2 and (body.get("content") or body.get("embeds")):
        message = "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        errors.add((*at, "content"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    _check_nonce(errors, body.get("nonce"), at)
    for name in ("tts", "enforce_nonce"):
        rules.flag(errors, body.get(name), (*at, name))
    rules.listing(errors, body.get("attachments"), (*at, "attachments"), most=10)
    errors.raise_any()
    return Draft(
        given=frozenset(body),
        content=body.get("content") or "",
        embeds=embeds,
        components=components,
        flags=flags,
        tts=bool(body.get("tts")),
        nonce=body.get("nonce"),
        enforce_nonce=bool(body.get("enforce_nonce")),
        kept_attachments=_kept(body),
    )


def refuse_empty(draft: Draft, *, files: int) -> None:
    """Raises 50006 when nothing would be seen; components alone do not count, v2 layouts do."""
    if draft.content.strip() or files:
        return
    if draft.components and (draft.flags & MessageFlag.COMPONENTS_V2):
        return
    if all(is_empty(embed) for embed in draft.embeds):
        raise empty_message()


def as_object(body: Any) -> dict[str, Any]:
    """The body as an object; anything else is refused as Discord does."""
    if not isinstance(body, dict):
        raise DiscordError(400, 50035, "Invalid Form Body", _NOT_AN_OBJECT)
    return body


_NOT_AN_OBJECT = {
    "_errors": [{"code": "MODEL_TYPE_CONVERT", "message": "Only dictionaries may be used in a ModelType"}]
}


def _check_nonce(errors: FieldErrors, nonce: Any, at: Path) -> None:
    if not isinstance(nonce, int) or isinstance(nonce, bool):
        rules.text(errors, nonce, (*at, "nonce"), longest=25)


def _kept(body: dict[str, Any]) -> list[str] | None:
    attachments = body.get("attachments")
    if not isinstance(attachments, list):
        return None
    return [str(one["id"]) for one in attachments if isinstance(one, dict) and "id" in one]
