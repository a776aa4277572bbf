"""What a review put by for the comment, and the comment that is made of it.

The run that put it by is the submission's own: its workflow file is one that a submission can change.
So what it put by is data from a stranger. It is looked at here with other means than those that
wrote it: the text must be such as a review writes, in which nothing can be a mention, a link, a
picture or HTML, or it is not repeated.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass

NUMBER = "number"
TEXT = "verdict.md"
MARK = "<!-- cpl review: this comment is kept up to date -->"
"""How the one comment is found again."""
MOST_PUT_BY = 1024 * 1024
"""Most bytes of what was put by, and of each file in it."""
MOST_POSTED = 60_000
"""Most bytes of the verdict in a comment; the host takes 65,536 characters in all."""
TOOLS_CHANGED = (
    "This submission changes files under `.github`, or more files than the host lists. What judges a"
    " submission stands there, so the verdict of this run is not repeated here. Those who keep the"
    " tools look at it first."
)
NOT_REPEATED = (
    "The verdict holds something that no review writes, and so it is not repeated here. Those who keep"
    " the tools look at the run first."
)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    KeyError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What reading an archive raises that is none, is cut, spoilt, locked, or of an unusual kind."""
_CUT = "The rest is too long for a comment: the summary of the run has it."
_LINE = re.compile(r"(#{2,3} |(  )?- )?[A-Za-z0-9 .,:;'()*-]*", re.ASCII)
"""A line without its code spans. A heading or an item may begin it; no character in it means more
than emphasis: no `<`, `[`, `@`, `&`, `#`, `_`, `|`, `~`, `$`, `!`, and no slash of an address."""
_SPAN = re.compile(r"`[^`]+`")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was put by: the number of the pull request that it says it is of, and its Markdown."""

    number: int
    text: str


class NotReadable(Exception):
    """What was put by is not what a review puts by; the message says why, in our own words."""


def read(raw: bytes) -> Verdict:
    """The verdict in the archive that the run put by.

    Raises:
        NotReadable: no archive, a file missing or too large, no number, no UTF-8.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            number, text = _file(archive, NUMBER), _file(archive, TEXT)
    except _BROKEN as error:
        raise NotReadable("it is no archive with a number and a verdict") from error
    if not re.fullmatch(rb"[1-9][0-9]{0,9}\n?", number):
        raise NotReadable("the number of the pull request is no number")
    try:
        return Verdict(number=int(number), text=text.decode())
    except UnicodeDecodeError as error:
        raise NotReadable("the verdict is not UTF-8") from error


def _file(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        raw = file.read(MOST_PUT_BY + 1)  # whatever size the archive tells
    if len(raw) > MOST_PUT_BY:
        raise NotReadable(f"{name} is too large")
    return raw


def harmless(text: str) -> bool:
    """Whether a text is such as a review writes, and nothing in it can live in a comment.

    Code spans are single backticks that begin and end in one line, so that they end where they
    end here whoever reads them. In them stand only characters that can be seen.
    """
    return "``" not in text and all(
        _LINE.fullmatch(_SPAN.sub("", line))
        and "www." not in _SPAN.sub(" ", line).lower()
        and line.isprintable()
        for line in text.split("\n")
    )


def comment(text: str, commit: str, run: str) -> str:
    """The comment: the mark, the verdict or why it is not repeated, of which commit and run.

    `commit` is a full commit id, `run` the address of the run; both come from the host.
    """
    told = _fitting(text) if harmless(text) else NOT_REPEATED
    return (
        f"{MARK}\n{told.strip()}\n\nOf commit `{commit[:12]}`. [The run and its summary]({run})\n"
    )


def _fitting(text: str) -> str:
    """A text that is not too large, cut at the end of a line: spans never cross it."""
    raw = text.encode()
    if len(raw) <= MOST_POSTED:
        return text
    whole = raw[:MOST_POSTED].rpartition(b"\n")[0].decode()
    return f"{whole}\n\n{_CUT}"
