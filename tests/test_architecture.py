"""docs/architecture.md draws the house as built: every module in one room, every room with modules."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.repository import ROOT, committed, name_of

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PACKAGE = "scripts/cpl_registry/"
FLOORS = ("records", "state", "rules", "outputs", "edges")


def modules(floor: str) -> list[str]:
    """The modules of a floor, by the names that the page gives them."""
    start = f"{PACKAGE}{floor}/"
    names = [name_of(path) for path in committed() if path.suffix == ".py"]
    found = [name.removeprefix(start)[:-3] for name in names if name.startswith(start)]
    return [name for name in found if name != "__init__"]


def rooms(floor: str) -> Iterator[tuple[str, list[str]]]:
    """The rooms of a floor, each with the names and patterns of its modules."""
    table = PAGE.split(f"\n### {floor}\n")[1].split("\n## ")[0].split("\n### ")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and "`" in cells[1]:
            yield cells[0], re.findall(r"`([^`]+)`", cells[1])


def test_every_module_stands_in_one_room() -> None:
    """A name counts before a pattern, so that `told` is not taken for one of `*_told`."""
    homeless, doubled = [], []
    for floor in FLOORS:
        drawn = list(rooms(floor))
        for name in modules(floor):
            named = [room for room, patterns in drawn if name in patterns]
            like = [
                room for room, patterns in drawn if any(fnmatchcase(name, one) for one in patterns)
            ]
            found = named or like
            if not found:
                homeless.append(f"{floor}/{name}")
            elif len(found) > 1:
                doubled.append(f"{floor}/{name}: {', '.join(found)}")
    assert homeless == [], "give them a room in docs/architecture.md"
    assert doubled == []


def test_every_room_has_the_modules_that_it_names() -> None:
    for floor in FLOORS:
        drawn = list(rooms(floor))
        assert len(drawn) >= 2
        for room, patterns in drawn:
            for one in patterns:
                there = any(fnmatchcase(name, one) for name in modules(floor))
                assert there, f"{floor}, {room}: there is no module {one}"


def test_every_module_on_the_way_of_an_entry_is_there() -> None:
    named = set(re.findall(rf"\b({'|'.join(FLOORS)})/([a-z_]+)\b(?!\*)", PAGE))
    assert len(named) > 15
    there = {
        floor: {*modules(floor), *{name.partition("/")[0] for name in modules(floor)}}
        for floor in FLOORS
    }
    missing = [
        f"{floor}/{name}"
        for floor, name in sorted(named)
        if name not in there[floor] and not name.endswith("_")
    ]
    assert missing == []


def test_the_street_is_drawn_whole() -> None:
    drawn = set(
        re.findall(r"^([a-z.]+)/ {2,}", PAGE.split("```text\n")[1].split("```")[0], re.MULTILINE)
    )
    tops = {name_of(path).partition("/")[0] for path in committed() if "/" in name_of(path)}
    assert drawn == tops - {".ci", ".vscode"}
