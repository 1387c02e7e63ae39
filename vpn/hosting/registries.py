"""What others show on an entry's pages; they register in their `AppConfig.ready`, or the connectors in theirs."""

from helpdesk.accounts.registries import Panel
from helpdesk.core.registries import Registry

entry_panels: Registry[Panel] = Registry("panel of an entry")
"""On an entry's page at the desk; `values` gets the entry."""
cabinet_panels: Registry[Panel] = Registry("panel of an entry in the cabinet")
