"""Entries at random that the schema takes: every field, every kind of history line, awkward words."""

from random import Random
from typing import Any

Raw = dict[str, Any]

_LETTERS = "abcXYZ019éßŁ"
_INSIDE = _LETTERS + " .,'&()/-;"
_SLUGS = ("albion-metering", "b", "no", "true", "null", "y", "on-1")
_VERSIONS = ("1.0", "1.1", "1.10", "2.0.1", "4.3")
_IDS = (
    "esme-f0a1-0005-02-03-38040401",
    "ch-f0a4-0005-02-03-00000010",
    "esme-f0a1-0005-02-03-1e100000",
)
_SCHEMES = ("ZigBee", "DLMS", "CPA")
_PATHS = (
    "gbcs_version",
    "model_name",
    "technical_specification.version",
    "assurance_certificates.CPA.expires",
    "assurance_certificates.ZigBee.number",
    "manufacturer_image.upgrades_from",
    "zz_later",
    "aa_earlier.B-1",
)
_EVENTS = ("submitted", "listed", "amended", "corrected", "removed", "reinstated", "closed")


def random_entries(random: Random, count: int) -> list[Raw]:
    """So many entries, their fields in any order."""
    return [_entry(random) for _ in range(count)]


def _entry(random: Random) -> Raw:
    made: Raw = {
        "device_type": random.choice(("ESME", "GSME", "CH", "PPMID", "HCALCS")),
        "manufacturer": random.choice(_SLUGS),
        "manufacturer_identifier": _hex(random, 4),
        "model_identifier": _hex(random, 4),
        "hardware_version": _hex(random, 2),
        "hardware_revision": _hex(random, 2),
        "firmware_version": _hex(random, 8),
        "technical_specification": _shuffled(
            random, {"name": random.choice(("SMETS2", "CHTS")), "version": _version(random)}
        ),
        "gbcs_version": _version(random),
        "history": [_line(random) for _ in range(random.randint(1, 6))],
    }
    if random.random() < 0.7:
        made["model_name"] = _words(random, 60)
    if random.random() < 0.5:
        made["esme_variant"] = random.choice(("A", "ADE", "CEF"))
    if random.random() < 0.8:
        made["assurance_certificates"] = [
            _certificate(random, scheme)
            for scheme in random.sample(_SCHEMES, random.randint(1, len(_SCHEMES)))
        ]
    if random.random() < 0.8:
        made["manufacturer_image"] = _image(random)
    if random.random() < 0.4:
        made["evidence"] = [
            _shuffled(random, {"kind": random.choice(_SLUGS), "reference": "E (1)/2_3"})
            for _ in range(random.randint(1, 3))
        ]
    return _shuffled(random, made)


def _shuffled(random: Random, data: Raw) -> Raw:
    return dict(random.sample(list(data.items()), len(data)))


def _hex(random: Random, digits: int) -> str:
    return "".join(random.choices("0123456789ABCDEF", k=digits))


def _version(random: Random) -> str:
    return random.choice(_VERSIONS)


def _day(random: Random) -> str:
    return f"20{random.randint(10, 29)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def _words(random: Random, longest: int) -> str:
    middle = "".join(random.choices(_INSIDE, k=random.randint(0, longest - 2)))
    return f"{random.choice(_LETTERS)}{middle}{random.choice(_LETTERS)}"


def _certificate(random: Random, scheme: str) -> Raw:
    made = {"scheme": scheme, "number": "DEMO-1 (a)/b_c", "issued": _day(random)}
    if scheme == "CPA":
        made[random.choice(("expires", "renewal_due"))] = _day(random)
    return _shuffled(random, made)


def _image(random: Random) -> Raw:
    made: Raw = {"sha256": _hex(random, 64)}
    if random.random() < 0.7:
        ids = random.sample(_IDS, random.randint(1, len(_IDS)))
        made["upgrades_from"] = random.choice(("not-applicable", ids))
    return _shuffled(random, made)


def _line(random: Random) -> Raw:
    made: Raw = {"date": _day(random), "event": random.choice(_EVENTS)}
    parts: Raw = {
        "by": random.choice(_SLUGS),
        "status": random.choice(("Cancelled", "Expired", "Withdrawn")),
        "cause": random.choice(("certificate-expired", "entered-in-error")),
        "replaced_by": random.choice(_IDS),
        "reason": _words(random, 100),
        "reference": random.choice(("DEC-2026-003", "SECP_56x_2205_01", "A")),
        "changed": {path: _change(random) for path in random.sample(_PATHS, random.randint(1, 5))},
    }
    made |= {name: value for name, value in parts.items() if random.random() < 0.4}
    return _shuffled(random, made)


def _change(random: Random) -> Raw:
    made = {
        part: random.choice(("3.1", _words(random, 40), "not-applicable", list(_IDS[:2])))
        for part in ("from", "to")
    }
    kept = random.choice((("from",), ("to",), ("from", "to"), ("to", "from")))
    return {part: made[part] for part in kept}
