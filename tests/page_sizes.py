"""What a first visit to a page fetches, as hosts send it: compressed, without images."""

import gzip
import posixpath
import re
from functools import cache
from pathlib import Path

# Style sheets, scripts, and the data that a page asks for at once.
_FETCHED = re.compile(
    r'<(?:link rel="(?:stylesheet|modulepreload|preload)"[^>]* href|script[^>]* src)="([^"]+)"'
)


@cache
def sent(path: Path) -> int:
    """The bytes of a file on its way."""
    return len(gzip.compress(path.read_bytes(), 6))


def first_visit(site: Path, name: str) -> int:
    """The bytes that come when a page is opened first."""
    page = site / name
    found = {
        posixpath.normpath(posixpath.join("/", posixpath.dirname(name), address))
        for address in _FETCHED.findall(page.read_text(encoding="utf-8"))
    }
    return sent(page) + sum(sent(site / one.lstrip("/")) for one in found)
