"""Edits at random to the files of a register: right ones, wrong ones, and files that come and go."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeAlias

Edit: TypeAlias = Callable[[Path, Random], None]


def entries(root: Path) -> list[Path]:
    return sorted((root / "cpl/devices").rglob("*.yaml"))


def _change(root: Path, random: Random, change: Callable[[str], str]) -> None:
    path = random.choice(entries(root))
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def _line(text: str, key: str) -> str:
    return next((line for line in text.split("\n") if line.strip().startswith(f"{key}:")), "")


def another_value(root: Path, random: Random) -> None:
    key, value = random.choice(
        [
            ("gbcs_version", "9.9"),
            ("model_name", "Another name"),
            ("manufacturer", "maker-99"),
            ("firmware_version", "12345678"),
            ("issued", "2031-01-01"),
            ("hardware_revision", "zz"),
        ]
    )

    def change(text: str) -> str:
        old = _line(text, key)
        lead = old[: len(old) - len(old.lstrip())]
        quoted = value if key == "manufacturer" else f'"{value}"'
        return text.replace(old, f"{lead}{key}: {quoted}") if old else text

    _change(root, random, change)


def anothers_hash(root: Path, random: Random) -> None:
    theirs = _line(random.choice(entries(root)).read_text(encoding="utf-8"), "sha256")
    _change(root, random, lambda text: text.replace(_line(text, "sha256"), theirs))


def another_upgrade(root: Path, random: Random) -> None:
    """Links to another entry of the register, or to none: also in circles."""
    path = random.choice(entries(root))
    kind = path.parts[-3]
    code, model, hardware, firmware = path.stem.split("-")
    there = f"{kind}-{code}-{model}-{hardware[:2]}-{hardware[2:]}-{firmware}"
    target = random.choice([there, there, f"{there[:-8]}ffffffff"])
    link = f'  upgrades_from:\n    - "{target}"'

    def change(text: str) -> str:
        lines = text.split("\n")
        start = next((n for n, x in enumerate(lines) if "upgrades_from:" in x), None)
        if start is None:
            return text
        end = start + 1
        while lines[end].startswith("    - "):
            end += 1
        return "\n".join([*lines[:start], *link.split("\n"), *lines[end:]])

    _change(root, random, change)


def no_reference(root: Path, random: Random) -> None:
    """Takes the references out of an entry: a decision may be left that nothing cites."""
    paths = [one for one in entries(root) if 'reference: "DEC' in one.read_text(encoding="utf-8")]
    path = random.choice(paths or entries(root))
    text = path.read_text(encoding="utf-8")
    kept = [line for line in text.split("\n") if not line.strip().startswith("reference:")]
    path.write_text("\n".join(kept), encoding="utf-8")


def shorter_history(root: Path, random: Random) -> None:
    _change(root, random, lambda text: text[: text.rindex("  - date:")])


def spoilt_text(root: Path, random: Random) -> None:
    piece = random.choice(["\t", "&a ", "# said\n", '"', "x: y\n", "\n\n", "\u202e"])

    def change(text: str) -> str:
        place = random.randrange(len(text))
        return text[:place] + piece + text[place:]

    _change(root, random, change)


def deleted(root: Path, random: Random) -> None:
    random.choice(entries(root)).unlink()


def renamed(root: Path, random: Random) -> None:
    path = random.choice(entries(root))
    path.rename(path.with_name(f"{path.stem[:-1]}0.yaml"))


def copied(root: Path, random: Random) -> None:
    """A second file of one key, or a new firmware."""
    path = random.choice(entries(root))
    text, firmware = path.read_text(encoding="utf-8"), "0ABCDEF1"
    new = path.with_name(f"{path.stem[:-8]}{firmware.lower()}.yaml")
    if random.random() < 0.7:
        text = text.replace(_line(text, "firmware_version"), f'firmware_version: "{firmware}"')
    new.write_text(text, encoding="utf-8")


def stray(root: Path, random: Random) -> None:
    random.choice(entries(root)).with_name("note.txt").write_text("a note", encoding="utf-8")


def touched(root: Path, random: Random) -> None:
    _change(root, random, lambda text: text)


def waived(root: Path, random: Random) -> None:
    """A waiver for a file: it may be needed, or waive nothing."""
    path = random.choice(entries(root)).relative_to(root).as_posix()
    rule = random.choice(["CPL308", "CPL701", "CPL402", "CPL504"])
    said = {"path": path, "reason": "Known", "reference": "DEC-2026-001", "last_day": "2027-01-01"}
    text = "".join([f"- rule: {rule}\n", *(f'  {key}: "{value}"\n' for key, value in said.items())])
    (root / "cpl/reference/waivers.yaml").write_text(text, encoding="utf-8")


def another_paper(root: Path, random: Random) -> None:
    path = random.choice(sorted((root / "cpl/reference").glob("*.yaml")))
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


EDITS: tuple[Edit, ...] = (
    another_value,
    another_value,
    anothers_hash,
    another_upgrade,
    another_upgrade,
    no_reference,
    shorter_history,
    spoilt_text,
    deleted,
    renamed,
    copied,
    stray,
    touched,
    waived,
    another_paper,
)
