"""Discord's voice server: the gateway a node signs in to, the socket it sends sound to, and the ears."""

from simulator.discord_voice.admission import Admission, Admitted, Refusal
from simulator.discord_voice.ears import Ears, EarsReport
from simulator.discord_voice.presence import VoiceChange, VoiceConnected, VoiceDisconnected
from simulator.discord_voice.server import VoiceServer

__all__ = [
    "Admission",
    "Admitted",
    "Ears",
    "EarsReport",
    "Refusal",
    "VoiceChange",
    "VoiceConnected",
    "VoiceDisconnected",
    "VoiceServer",
]
