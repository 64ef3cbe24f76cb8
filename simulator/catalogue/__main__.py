"""Makes the catalogue ahead of time: `python -m simulator.catalogue DIR`."""

import argparse
import time
from pathlib import Path

from simulator.catalogue.folder import ensure_catalogue


def main() -> None:
    """Make it and list it."""
    parser = argparse.ArgumentParser(prog="simulator.catalogue", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    started = time.monotonic()
    catalogue = ensure_catalogue(folder)
    print(f"{len(catalogue.tracks)} tracks in {folder} after {time.monotonic() - started:.1f} s")
    for track in catalogue.tracks:
        print(f"{track.duration_ms / 1000:6.1f} s  {track.file.name:28} {track.title} · {track.artist}")


if __name__ == "__main__":
    main()
