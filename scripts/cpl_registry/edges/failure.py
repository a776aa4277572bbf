"""The one way out for what cannot be judged: a clear line on standard error, exit code 2."""

from __future__ import annotations


class CannotJudge(Exception):
    """The question cannot be answered: wrong use, a missing file, a broken clone.

    The message is one line: what is wrong, and how to mend it.
    """
