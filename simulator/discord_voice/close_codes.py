"""Voice close codes (Discord, Opcodes and Status Codes), and which of them leave a session alive."""

NORMAL = 1000
GOING_AWAY = 1001
ABNORMAL = 1006
UNKNOWN_OPCODE = 4001
UNDECODABLE_PAYLOAD = 4002
NOT_AUTHENTICATED = 4003
AUTHENTICATION_FAILED = 4004
ALREADY_AUTHENTICATED = 4005
SESSION_INVALID = 4006
SESSION_TIMEOUT = 4009
UNKNOWN_PROTOCOL = 4012
DISCONNECTED = 4014
SERVER_CRASHED = 4015
UNKNOWN_ENCRYPTION_MODE = 4016

_RESUMABLE = frozenset({GOING_AWAY, ABNORMAL, SESSION_TIMEOUT, SERVER_CRASHED})


def is_resumable(code: int) -> bool:
    """Whether op 7 may still take the session up; Lavalink's voice library does after just these."""
    return code in _RESUMABLE
