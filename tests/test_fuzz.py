"""20,000 spoilt files, the same every time: `make fuzz` judges ten times as many, and times each."""

import pytest

from tests import fuzzing


@pytest.mark.parametrize("seed", range(10))
def test_spoilt_files_end_in_a_report_that_two_parsers_agree_on(seed: int) -> None:
    tally = fuzzing.run(2_000, seed)
    assert sum(tally.outcomes.values()) == 2_000
    # Inputs that are all refused at the door, or all let in, would try nothing.
    assert all(tally.outcomes[name] > 40 for name in ("accepted", "refused", "not read"))


def test_a_parser_that_reads_otherwise_is_noticed() -> None:
    path, text = fuzzing.seeds()[0]
    document, _, report = fuzzing.judge(path, text.encode())
    assert not report.failed
    fuzzing.agree(document)
    document.data = []
    with pytest.raises(AssertionError):
        fuzzing.agree(document)
