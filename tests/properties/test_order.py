"""The order in which files come never changes a report."""

import random
from datetime import date
from functools import cache

from cpl_registry.edges import installation
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.register import sort_files
from cpl_registry.rules.run import Report, validate
from hypothesis import given
from hypothesis import strategies as st

from tests import mistakes_of_meaning, mistakes_of_shape
from tests.properties.strategies import few
from tests.registers import smaller_shipped

ON = date(2026, 11, 22)
MISTAKES = {**mistakes_of_shape.MISTAKES, **mistakes_of_meaning.MISTAKES}


@cache
def spoilt_register() -> list[TreeFile]:
    """The smaller register with another mistake in each of many files."""
    files = {
        path: TreeFile(path=path, raw=text.encode()) for path, text in smaller_shipped().items()
    }
    entries = [path for path in files if path.startswith("cpl/devices/")]
    for path, make in zip(entries, MISTAKES.values(), strict=False):
        if (told := make(files[path].raw.decode())) is not None:
            files[path] = TreeFile(path=path, raw=told.text)
    twin = files[entries[-1]]
    return [*files.values(), TreeFile(path=f"{twin.path}.bak", raw=twin.raw)]


def report_of(files: list[TreeFile]) -> Report:
    return validate(sort_files(files), installation.schemas(), ON)


@cache
def in_order() -> Report:
    return report_of(spoilt_register())


@few(8)
@given(st.randoms(use_true_random=False))
def test_any_order_of_files_gives_the_same_report(order: random.Random) -> None:
    files = list(spoilt_register())
    order.shuffle(files)
    report = report_of(files)
    assert report.findings == in_order().findings
    assert report.halted == in_order().halted
    assert [one.path for one in report.register.entries] == [
        one.path for one in in_order().register.entries
    ]


def test_there_is_something_to_report() -> None:
    assert len({one.rule for one in in_order().findings}) > 30
