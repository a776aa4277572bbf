"""The columns of the workbook: header in words, the field that it tells, the width.

`edges/import-mapping.yaml` names the same headers, so that what is published can be read again.
"""

from __future__ import annotations

from typing import NamedTuple

from cpl_registry.records.import_mapping import ENTRY_ID, EVIDENCE, SCHEMES


class BookColumn(NamedTuple):
    """A column: header, field or part of a history line, width in characters.

    A rare one is there only where some entry has something for it.
    """

    header: str
    field: str
    width: int = 12
    rare: bool = False


ENTRIES = (
    BookColumn("Entry id", ENTRY_ID, 34),
    BookColumn("Device type", "device_type", 12),
    BookColumn("Manufacturer", "manufacturer", 22),
    BookColumn("Manufacturer identifier", "manufacturer_identifier", 12),
    BookColumn("Model identifier", "model_identifier", 12),
    BookColumn("Model name", "model_name", 28),
    BookColumn("Hardware version", "hardware_version", 10),
    BookColumn("Hardware revision", "hardware_revision", 10),
    BookColumn("Firmware version", "firmware_version", 12),
    BookColumn("ESME variant", "esme_variant", 10),
    BookColumn("Technical specification", "technical_specification.name", 12),
    BookColumn("Technical specification version", "technical_specification.version", 10),
    BookColumn("GBCS version", "gbcs_version", 10),
    BookColumn("ZigBee certificate", f"{SCHEMES}.ZigBee.number", 20),
    BookColumn("ZigBee issued", f"{SCHEMES}.ZigBee.issued", 12),
    BookColumn("ZigBee expires", f"{SCHEMES}.ZigBee.expires", 12, rare=True),
    BookColumn("ZigBee renewal due", f"{SCHEMES}.ZigBee.renewal_due", 12, rare=True),
    BookColumn("DLMS certificate", f"{SCHEMES}.DLMS.number", 20),
    BookColumn("DLMS issued", f"{SCHEMES}.DLMS.issued", 12),
    BookColumn("DLMS expires", f"{SCHEMES}.DLMS.expires", 12, rare=True),
    BookColumn("DLMS renewal due", f"{SCHEMES}.DLMS.renewal_due", 12, rare=True),
    BookColumn("CPA certificate", f"{SCHEMES}.CPA.number", 20),
    BookColumn("CPA issued", f"{SCHEMES}.CPA.issued", 12),
    BookColumn("CPA expires", f"{SCHEMES}.CPA.expires", 12),
    BookColumn("CPA renewal due", f"{SCHEMES}.CPA.renewal_due", 12),
    BookColumn("Order of certificates", SCHEMES, 20, rare=True),
    BookColumn("Manufacturer Image SHA-256", "manufacturer_image.sha256", 68),
    BookColumn("Upgrades from", "manufacturer_image.upgrades_from", 36),
    BookColumn("Evidence", EVIDENCE, 40),
)
"""The sheet `Entries`: a row an entry file, whatever its status."""
HISTORY = (
    BookColumn("Entry id", ENTRY_ID, 34),
    BookColumn("Line", "line", 6),
    BookColumn("Date", "date", 12),
    BookColumn("Event", "event", 12),
    BookColumn("By", "by", 20),
    BookColumn("Status", "status", 12),
    BookColumn("Cause", "cause", 22),
    BookColumn("Replaced by", "replaced_by", 34),
    BookColumn("Field", "field", 36),
    BookColumn("From", "from", 24),
    BookColumn("To", "to", 24),
    BookColumn("Reason", "reason", 50),
    BookColumn("Reference", "reference", 20),
)
"""The sheet `History`: a row a line of a history, or a row each field that the line changed."""
