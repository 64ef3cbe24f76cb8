"""Telling by their first bytes what files are, by the names lavaplayer gives its containers."""

_MPEG1_LAYER3_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_LAYER3_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
HEAD_BYTES = 16384
"""How much of a file `container_of` wants to see."""

_MAGIC = (
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"\x1a\x45\xdf\xa3", "matroska/webm"),
    (b"#EXTM3U", "m3u"),
    (b"[playlist]", "pls"),
    (b"ID3", "mp3"),
)


def container_of(head: bytes) -> str | None:
    """Return the container's name, None when it is none that a node plays."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mp4"
    if _adts_length(head, 0) and _adts_length(head, _adts_length(head, 0)):
        return "adts"
    return "mp3" if _starts_with_mpeg_frames(head) else None


def _adts_length(head: bytes, at: int) -> int:
    """Return the length of the AAC frame at `at`, 0 when there is none."""
    if len(head) < at + 7 or head[at] != 0xFF or head[at + 1] & 0xF6 != 0xF0:
        return 0
    return (head[at + 3] & 0x03) << 11 | head[at + 4] << 3 | head[at + 5] >> 5


def _mpeg_length(head: bytes, at: int) -> int:
    """Return the length of the layer 3 frame at `at`, 0 when there is none."""
    if len(head) < at + 4 or head[at] != 0xFF or head[at + 1] & 0xE6 != 0xE2:
        return 0
    version, rate, rate_index = head[at + 1] >> 3 & 3, head[at + 2] >> 4, head[at + 2] >> 2 & 3
    if version == 1 or rate in (0, 15) or rate_index == 3:
        return 0
    table, factor = (_MPEG1_LAYER3_KBPS, 144) if version == 3 else (_MPEG2_LAYER3_KBPS, 72)
    return factor * 1000 * table[rate] // _SAMPLE_RATES[version][rate_index] + (head[at + 2] >> 1 & 1)


def _starts_with_mpeg_frames(head: bytes) -> bool:
    """Whether two frames follow each other at the start; one alone may be chance in random bytes."""
    first = _mpeg_length(head, 0)
    return first > 0 and _mpeg_length(head, first) > 0
