"""What a client asks of a player in one PATCH, read and checked before anything is touched."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from simulator.lavalink_node.errors import ApiError, bad_request, unforeseen
from simulator.lavalink_node.filters import Filters, parse_filters
from simulator.lavalink_node.lenient import OMITTED, Omitted, as_flag, as_object, as_text, as_whole

Omissible = Literal[Omitted.OMITTED]
_VOICE_FIELDS = ("token", "endpoint", "sessionId", "channelId")


@dataclass(frozen=True, slots=True)
class VoiceState:
    """The credentials of one voice connection; `token` is a secret of the guild's call."""

    token: str
    endpoint: str
    session_id: str
    channel_id: str

    def to_json(self) -> dict[str, str | None]:
        """Return it as the API shows it, token included."""
        return {
            "token": self.token,
            "endpoint": self.endpoint,
            "sessionId": self.session_id,
            "channelId": self.channel_id,
        }


NO_VOICE: dict[str, str | None] = {"token": "", "endpoint": "", "sessionId": "", "channelId": None}


@dataclass(frozen=True, slots=True)
class PlayerPatch:
    """One PATCH of a player. `encoded` None means stop; `end_time` None removes the end; times in ms."""

    encoded: str | Omissible | None
    identifier: str | Omissible
    user_data: dict[str, Any] | Omissible
    position: int | Omissible
    end_time: int | Omissible | None
    volume: int | Omissible
    paused: bool | Omissible
    filters: Filters | Omissible
    voice: VoiceState | Omissible

    @property
    def names_track(self) -> bool:
        """Whether it plays or stops something."""
        return self.encoded is not OMITTED or self.identifier is not OMITTED


def _track_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Merge `track` with the fields older clients send beside it."""
    old = {new: body[name] for name, new in (("encodedTrack", "encoded"), ("identifier", "identifier")) if name in body}
    if "track" not in body:
        return old
    if old:
        raise bad_request("Cannot specify both track and encodedTrack/identifier")
    return as_object(body["track"])


def _voice(body: dict[str, Any]) -> VoiceState | Omissible:
    if "voice" not in body:
        return OMITTED
    raw = as_object(body["voice"])
    # Required since 4.2: a 4.0 client, which sends no channelId, is refused here.
    if any(name not in raw for name in _VOICE_FIELDS):
        raise bad_request()
    values = [as_text(raw[name]) for name in _VOICE_FIELDS]
    if not all(values):
        raise bad_request("token, endpoint, sessionId and channelId must be provided in voice state")
    return VoiceState(*values)


def _encoded(fields: dict[str, Any]) -> str | Omissible | None:
    if "encoded" not in fields:
        return OMITTED
    return None if fields["encoded"] is None else as_text(fields["encoded"])


def _end_time(body: dict[str, Any]) -> int | Omissible | None:
    if "endTime" not in body:
        return OMITTED
    return None if body["endTime"] is None else as_whole(body["endTime"])


def parse_patch(body: dict[str, Any]) -> PlayerPatch:
    """Read a PATCH; unknown fields are ignored, ApiError (400) for what the server refuses."""
    fields = _track_fields(body)
    patch = PlayerPatch(
        encoded=_encoded(fields),
        identifier=as_text(fields["identifier"]) if "identifier" in fields else OMITTED,
        user_data=as_object(fields["userData"]) if "userData" in fields else OMITTED,
        position=as_whole(body["position"]) if "position" in body else OMITTED,
        end_time=_end_time(body),
        volume=as_whole(body["volume"]) if "volume" in body else OMITTED,
        paused=as_flag(body["paused"]) if "paused" in body else OMITTED,
        filters=parse_filters(body["filters"]) if "filters" in body else OMITTED,
        voice=_voice(body),
    )
    if patch.encoded is not OMITTED and patch.identifier is not OMITTED:
        raise bad_request("Cannot specify both encodedTrack and identifier")
    if isinstance(patch.end_time, int) and patch.end_time <= 0:
        raise bad_request("End time must be greater than 0")
    return patch


def check_voice_form(voice: VoiceState) -> None:
    """Refuse credentials that make the real server throw, before it connects anywhere (500)."""
    if not voice.channel_id.lstrip("-").isdigit():
        raise unforeseen(f'java.lang.NumberFormatException: For input string: "{voice.channel_id}"')
    if any(character.isspace() for character in voice.endpoint):
        raise unforeseen(
            "java.lang.IllegalStateException: java.net.URISyntaxException: "
            f"Illegal character in authority at index 6: wss://{voice.endpoint}/?v=8"
        )


def voice_refused() -> ApiError:
    """Answer for an endpoint that took the connection but is no voice server."""
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "Failed to connect to voice server")
