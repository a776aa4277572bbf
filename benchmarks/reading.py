"""The peer of `cpl validate`: a register read and parsed by the same loader, and nothing else.

`python -m benchmarks.reading ROOT` prints how many files it read.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cpl_registry.edges.worktree import read_files
from cpl_registry.records.register import sort_files


def main() -> None:
    tree = sort_files(read_files(Path(sys.argv[1])))
    print(sum(document.data is not None for document in tree.documents.values()))


if __name__ == "__main__":
    main()
