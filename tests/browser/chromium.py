"""The Chromium of this machine: `python -m tests.browser.chromium` prints its path, or says how to get one."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "no Chromium for the browser tests: install one (Debian: apt-get install chromium), "
    "or name its program in CHROMIUM"
)


def find() -> str | None:
    """The path of the program: what CHROMIUM names, else the first usual name on the PATH."""
    named = os.environ.get("CHROMIUM")
    found = map(shutil.which, [named] if named else NAMES)
    return next(filter(None, found), None)


def main() -> int:
    """Print the path; without one, say what to do and fail."""
    path = find()
    (sys.stdout if path else sys.stderr).write(f"{path or MISSING}\n")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
