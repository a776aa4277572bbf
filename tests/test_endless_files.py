"""Files from outside that never end: no more is read of them than such a file can have."""

import pytest

from tests.clones import cpl_here
from tests.registers import GBCS_1_1

ENDLESS = "/dev/zero"


@pytest.mark.parametrize("command", ["acknowledge", "baseline", "check-inventory", "import"])
def test_a_file_without_an_end_is_refused_in_one_line(command: str) -> None:
    done = cpl_here(command, ENDLESS, "--root", GBCS_1_1)
    assert (done.code, done.err.count("\n")) == (2, 1), done.told
    assert ENDLESS in done.err
