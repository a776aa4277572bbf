"""The peers of `cpl validate`: a register read and parsed by the same loader, and nothing else.

`python -m benchmarks.reading ROOT WAY` prints how many files it read. WAY `plain` is the loader as it is: plain lines first, the
parser for what is not plain. WAY `parser` takes every file to the YAML parser's events.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cpl_registry.edges.worktree import read_files
from cpl_registry.records.documents import kind_of, most_bytes
from cpl_registry.records.file_text import decode
from cpl_registry.records.register import sort_files
from cpl_registry.records.yaml_text import parsed_data

PLAIN, PARSER = "plain", "parser"


def main() -> None:
    root, way = Path(sys.argv[1]), sys.argv[2]
    print({PLAIN: _by_plain_lines, PARSER: _by_the_parser}[way](root))


def _by_plain_lines(root: Path) -> int:
    tree = sort_files(read_files(root))
    return sum(document.data is not None for document in tree.documents.values())


def _by_the_parser(root: Path) -> int:
    files = [file for file in read_files(root) if kind_of(file.path)]
    held = [parsed_data(decode(file.raw, most_bytes(file.path))[0]) for file in files]
    return sum(data is not None for data in held)


if __name__ == "__main__":
    main()
