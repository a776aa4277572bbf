"""The repository as tests see it: its root, and every file that is or would be committed."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def committed() -> tuple[Path, ...]:
    """Every file that Git tracks, or would track after `git add`, that is on the disk; sorted."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(
        sorted(
            path for name in answer.stdout.split("\0") if name and (path := ROOT / name).is_file()
        )
    )


def name_of(path: Path) -> str:
    """A path as people write it: from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()
