"""What the site tells of each entry's past: the register read, and every field followed through its lines.

`python -m benchmarks.histories ROOT` prints how many entries have a history.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cpl_registry.edges.reading import read
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.field_history import field_lives
from cpl_registry.outputs.timeline import Timelines
from cpl_registry.state.publication import publish

from benchmarks.lives import TODAY


def main() -> None:
    listing = Listing(state=publish(read(Path(sys.argv[1]), TODAY).report.register, TODAY))
    timelines = Timelines(listing=listing)
    told = [(timelines.of(one), field_lives(one.entry, listing)) for one in listing.state.entries]
    print(len(told))


if __name__ == "__main__":
    main()
