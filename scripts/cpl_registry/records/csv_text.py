"""Tables as bytes: RFC 4180, UTF-8 without byte order mark, CRLF, a header row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table. The same cells give the same bytes in every Python version.

    The standard writer quotes a bare carriage return only in newer versions; no cell holds one,
    since control characters are refused at the door.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
