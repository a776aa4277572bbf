"""Every output of a state: what is published of the register on a day, as bytes.

Each output is a pure function of the published state. A new one is a module and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.calendar_files import calendar_files
from cpl_registry.outputs.campaign_data import campaign_files
from cpl_registry.outputs.certificate_data import certificate_files
from cpl_registry.outputs.change_feeds import change_feeds
from cpl_registry.outputs.check_files import check_files
from cpl_registry.outputs.dcc_files import dcc_artefacts
from cpl_registry.outputs.decision_data import decision_files
from cpl_registry.outputs.delivery_data import delivery_files
from cpl_registry.outputs.finder_files import finder_files
from cpl_registry.outputs.incident_files import incident_files
from cpl_registry.outputs.json_api import api_files
from cpl_registry.outputs.offline_finder import offline_files
from cpl_registry.outputs.outlook_data import outlook_files
from cpl_registry.outputs.pages_manufacturers import manufacturer_files
from cpl_registry.outputs.register_csv import data_files
from cpl_registry.outputs.register_sqlite import database
from cpl_registry.outputs.workbook import workbook
from cpl_registry.state.publication import PublishedState

OUTPUTS: tuple[Callable[[PublishedState], Iterable[Artefact]], ...] = (
    dcc_artefacts,
    data_files,
    workbook,
    database,
    api_files,
    incident_files,
    campaign_files,
    decision_files,
    certificate_files,
    outlook_files,
    calendar_files,
    offline_files,
    check_files,
    finder_files,
    delivery_files,
    change_feeds,
    manufacturer_files,
)
"""Everything but the pages and what is made from the published schemas, in the order of their making."""
