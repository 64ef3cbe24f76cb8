"""Java's own string format, in which lavaplayer writes titles and addresses into an encoded track."""

import struct

_LENGTH = struct.Struct(">H")
_MAX_BYTES = 0xFFFF


def write_utf(text: str) -> bytes:
    """Write as DataOutput.writeUTF does: each UTF-16 unit by itself, NUL as two bytes, length first."""
    units = text.encode("utf-16-be", "surrogatepass")
    chars = "".join(chr(unit) for (unit,) in struct.iter_unpack(">H", units))
    data = chars.encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")
    if len(data) > _MAX_BYTES:
        raise ValueError(f"a string of {len(data)} bytes does not fit into a track")
    return _LENGTH.pack(len(data)) + data


def from_modified_utf8(data: bytes) -> str:
    """Read what write_utf wrote, without its length; UnicodeError when it is not such text."""
    chars = data.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
    return chars.encode("utf-16-be", "surrogatepass").decode("utf-16-be")
