"""Any history of deliveries: nothing is lost, invented or misstated between register and DCC."""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from random import Random

from cpl_registry.outputs.extract import tables
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.register import Register
from cpl_registry.rules.chain_rules import (
    answers_are_to_deliveries,
    deliveries_form_a_chain,
    delta_leads_to_extract,
)
from cpl_registry.state.sent import extract_of, sent_until

from tests.lives import Row, applied
from tests.random_deliveries import HEADER, History, pairs, played, read_again
from tests.random_plans import plan

CHAIN = (deliveries_form_a_chain, delta_leads_to_extract, answers_are_to_deliveries)
HAPPENED = {
    *("delivered", "added", "changed", "removed", "reinstated", "rejected", "stopped"),
    *("held, none", "held, previous", "held, misstated", "released", "again on one day"),
    "taken back after a rejection",
}
CELL = re.compile(r'^ {6}- "(.*)"$', re.MULTILINE)


def lines(table: bytes) -> list[Row]:
    """The rows of a CSV file without its header."""
    return [tuple(row) for row in csv.reader(io.StringIO(table.decode(), newline=""))][1:]


def problems(register: Register) -> list[tuple[str, str | None]]:
    """What the rules of the chain find: rule and file."""
    return [(rule.id, one.path) for rule in CHAIN for one in rule(register)]


def windows_lead_from_any_delivery_to_any_later_one(history: History) -> None:
    """By serial, never by clock: the earlier extract and the delta are the later, byte for byte."""
    if not history.made:
        return
    last = history.made[-1].delivery.on
    sent = sent_until(history.register.deliveries, history.register.acknowledgements, last)
    for one in history.made:
        found = extract_of(sent, one.delivery.serial)
        assert found is not None
        assert csv_bytes(found[0].header, found[1].values()) == one.csv
    for early, late in pairs(history.made):
        _, delta, _ = tables(late.state, early.extract)  # type: ignore[arg-type]
        after = applied(lines(early.csv), lines(delta.content))
        assert csv_bytes(HEADER, after) == late.csv


def test_the_laws_hold_over_any_history() -> None:
    """What is judged delivery by delivery is told in `tests/random_deliveries.py`."""
    seen: Counter[str] = Counter()

    for seed in range(500):
        history = played(plan(seed))
        seen.update(history.seen)
        assert problems(history.register) == [], seed
        windows_lead_from_any_delivery_to_any_later_one(history)
    assert {what for what in HAPPENED if seen[what] >= 50} == HAPPENED, seen


def tampered(raw: bytes, chance: Random) -> bytes:
    """A delivery's file with one cell of one row changed by one character."""
    text = raw.decode()
    cell = chance.choice([one for one in CELL.finditer(text) if one[1]])
    at = chance.randrange(*cell.span(1))
    other = chance.choice([c for c in "0123456789ABCDEF" if c != text[at]])
    return (text[:at] + other + text[at + 1 :]).encode()


def test_one_changed_cell_is_found_wherever_it_is() -> None:
    tried = 0
    for seed in range(60):
        history = played(plan(seed))
        chance = Random(seed)  # noqa: S311  # the same every time
        for number, one in enumerate(history.made):
            if not one.delivery.delta:
                continue
            bad = read_again(tampered(one.raw, chance), one.delivery.serial)
            deliveries = list(history.register.deliveries)
            deliveries[number] = bad
            register = replace(history.register, deliveries=tuple(deliveries))
            path = f"cpl/dcc/deliveries/{bad.serial}.yaml"
            assert ("CPL712", path) in problems(register)
            # With the digest of its extract mended to fit, the chain after it breaks.
            if number + 1 < len(deliveries):
                following = deliveries[number + 1].serial
                mended = mended_to_fit(register, number)
                assert ("CPL711", f"cpl/dcc/deliveries/{following}.yaml") in problems(mended)
            tried += 1
    assert tried >= 150


def mended_to_fit(register: Register, number: int) -> Register:
    """A forged delivery whose digests agree with its rows again, as a careful forger would do."""
    sent = sent_until(register.deliveries[: number + 1], (), register.deliveries[number].on)
    forged = register.deliveries[number]
    content = csv_bytes(forged.header, sent.rows.values())
    forged = replace(
        forged,
        extract_sha256=sha256(content).hexdigest(),
        extract_rows=len(sent.rows),
        own_digest=sha256(forged.own_digest.encode()).hexdigest(),
    )
    deliveries = list(register.deliveries)
    deliveries[number] = forged
    return replace(register, deliveries=tuple(deliveries))
