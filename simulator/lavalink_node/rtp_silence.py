"""The Opus frame Discord takes for silence, known to the line that ends sound and the fault that mutes it."""

SILENCE = b"\xf8\xff\xfe"
SILENT_FRAMES = 5
"""Discord wants five of them when sound stops, or clients stretch the last frame."""
