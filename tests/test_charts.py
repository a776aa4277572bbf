"""Charts: the numbers are those drawn, the drawing is whole, and nothing in it is told by colour."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from cpl_registry.outputs.charts import Chart, Mark, Series, bar_chart, step_chart
from hypothesis import given, settings
from hypothesis import strategies as st

SVG = "{http://www.w3.org/2000/svg}"
ODD = 'A <b> & "c"'
FIRST = date(2018, 5, 29)
BURN_DOWN = step_chart(
    "burn",
    ODD,
    "From twelve to three",
    days=[FIRST, date(2018, 7, 9), date(2018, 8, 30)],
    series=[
        Series(name="Corrected", values=(0, 5, 9)),
        Series(name=ODD, values=(12, 7, 0)),
        Series(name="Overdue", values=(0, 0, 3)),
    ],
    until=date(2018, 9, 14),
    marks=[Mark(day=date(2018, 8, 29), text="Deadline"), Mark(day=date(2018, 10, 1), text="Panel")],
)
MONTHS = bar_chart(
    "months",
    "By month",
    "Bars",
    labels=["May 2018", "June 2018"],
    series=[Series(name="Met", values=(1_200, 0)), Series(name="Missed", values=(4, 0))],
)


def drawing(chart: Chart) -> ET.Element:
    return ET.fromstring(str(chart.svg))


def texts(chart: Chart) -> list[str]:
    return ["".join(one.itertext()) for one in drawing(chart).iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", [BURN_DOWN, MONTHS], ids=["steps", "bars"])
def test_a_chart_says_what_it_is_to_those_who_do_not_see_it(chart: Chart) -> None:
    root = drawing(chart)
    assert root.get("role") == "img"
    title, description = root.findall(f"{SVG}title")[0], root.findall(f"{SVG}desc")[0]
    assert (title.text, root.get("aria-labelledby")) == (
        chart.title,
        f"{title.get('id')} {description.get('id')}",
    )
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert all(str(one).startswith(f"{chart.chart_id}-") for one in ids)


@pytest.mark.parametrize("chart", [BURN_DOWN, MONTHS], ids=["steps", "bars"])
def test_nothing_in_a_chart_is_a_colour_a_script_or_from_elsewhere(chart: Chart) -> None:
    for one in drawing(chart).iter():
        assert one.tag.removeprefix(SVG) in {
            *("svg", "title", "desc", "defs", "pattern"),
            *("path", "rect", "circle", "line", "text"),
        }
        for name, value in one.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            if name in {"fill", "stroke"}:
                assert re.fullmatch(rf"currentColor|none|url\(#{chart.chart_id}-p\d\)", value)


def test_the_key_names_each_series_beside_its_own_pattern() -> None:
    assert texts(BURN_DOWN)[:3] == ["Corrected", ODD, "Overdue"]
    patterns = [one.get("id") for one in drawing(BURN_DOWN).iter(f"{SVG}pattern")]
    assert patterns == ["burn-p0", "burn-p1", "burn-p2"]
    inside = [ET.tostring(one)[80:] for one in drawing(BURN_DOWN).iter(f"{SVG}pattern")]
    assert len(set(inside)) == len(inside)


def test_the_numbers_beside_a_chart_are_those_it_was_given() -> None:
    assert BURN_DOWN.columns == ("From", "Corrected", ODD, "Overdue")
    assert BURN_DOWN.rows[1] == ("9 July 2018", "5", "7", "0")
    assert MONTHS.columns == ("Month", "Met", "Missed", "Total")
    assert MONTHS.rows == (("May 2018", "1,200", "4", "1,204"), ("June 2018", "0", "0", "0"))
    assert "1,204" in texts(MONTHS)


def test_marks_stand_at_their_days_with_words() -> None:
    assert "Deadline, 29 August 2018" in texts(BURN_DOWN)
    assert "Panel, 1 October 2018" in texts(BURN_DOWN)
    upright = [
        float(str(one.get("x1")))
        for one in drawing(BURN_DOWN).iter(f"{SVG}line")
        if one.get("stroke-dasharray")
    ]
    span = (date(2018, 10, 1) - FIRST).days + 1
    expected = [
        44 + 664 * (day - FIRST).days / span for day in (date(2018, 8, 29), date(2018, 10, 1))
    ]
    assert sorted(upright) == pytest.approx(expected, abs=0.1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 5_000), min_size=3, max_size=3), min_size=1, max_size=6),
    st.lists(st.integers(1, 200), min_size=2, max_size=2),
)
def test_whatever_is_drawn_lies_within_the_drawing_and_keeps_its_proportion(
    numbers: list[list[int]], gaps: list[int]
) -> None:
    days = [FIRST, FIRST + timedelta(gaps[0]), FIRST + timedelta(sum(gaps))]
    series = [
        Series(name=f"series {place}", values=tuple(one)) for place, one in enumerate(numbers)
    ]
    chart = step_chart("any", "Any", "Any", days=days, series=series)
    root = drawing(chart)
    _, _, wide, high = (float(one) for one in str(root.get("viewBox")).split())
    paths = root.findall(f"{SVG}path")
    assert len(paths) == sum(any(one) for one in numbers)
    for path in paths:
        points = [float(one) for one in re.findall(r"[\d.]+", str(path.get("d")))]
        assert all(0 <= x <= wide for x in points[::2])
        assert all(0 <= y <= high for y in points[1::2])
    bars = bar_chart("bars", "Any", "Any", labels=["a", "b", "c"], series=series)
    tall = [
        [
            float(str(one.get("height")))
            for one in drawing(bars).findall(f"{SVG}rect")[len(series) :]
        ]
    ][0]
    drawn = [number for one in numbers for number in one if number]
    assert len(tall) == len(drawn)
    for height, number in zip(tall, drawn, strict=True):
        assert height / max(tall) == pytest.approx(number / max(drawn), abs=0.02)


# ------------------------------------------------------------------------------------------- for a phone


def narrow(chart: Chart) -> ET.Element:
    return ET.fromstring(str(chart.narrow))


@pytest.mark.parametrize("chart", [BURN_DOWN, MONTHS], ids=["steps", "bars"])
def test_the_drawing_for_a_phone_shares_no_id_and_keeps_within_its_width(chart: Chart) -> None:
    ids = [
        {one.get("id") for one in root.iter() if one.get("id")}
        for root in (drawing(chart), narrow(chart))
    ]
    assert ids[0] & ids[1] == set()
    root = narrow(chart)
    assert root.get("aria-labelledby") == f"{chart.chart_id}-n-title {chart.chart_id}-n-desc"
    wide = float(str(root.get("viewBox")).split()[2])
    assert wide == 300
    for one in root.iter(f"{SVG}text"):
        words = "".join(one.itertext())
        x, size = float(str(one.get("x"))), 6.9 * len(words)
        first = {"start": x, "middle": x - size / 2, "end": x - size}[
            one.get("text-anchor", "start")
        ]
        assert first >= -1, words
        assert first + size <= wide + 1, words


def test_numbers_that_would_run_into_each_other_are_left_to_the_table() -> None:
    many = bar_chart(
        "many",
        "Many",
        "Bars",
        labels=[f"M{number}" for number in range(24)],
        series=[Series(name="Met", values=tuple(range(100, 124)))],
    )
    told = ["".join(one.itertext()) for one in narrow(many).iter(f"{SVG}text")]
    assert "117" in texts(many)
    assert "117" not in told
    assert ("M17", "117") in many.rows


def test_many_years_are_named_as_years() -> None:
    days = [date(2016, 12, 1), date(2022, 3, 1), date(2026, 11, 22)]
    chart = step_chart(
        "years", "Years", "Steps", days=days, series=[Series(name="Active", values=(1, 2, 3))]
    )
    told = ["".join(one.itertext()) for one in narrow(chart).iter(f"{SVG}text")]
    assert [one for one in texts(chart) if len(one) == 4] == [
        str(year) for year in range(2017, 2027)
    ]
    assert [one for one in told if len(one) == 4] == ["2017", "2019", "2021", "2023", "2025"]
