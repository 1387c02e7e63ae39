"""How the program speaks with customers' hosting panels and servers: one folder for each kind, and nothing elsewhere.

A connector is built from its vendor's published description and knows no models: it is given a `Door` (address, login,
secret) and gives back plain values. What it can't do it refuses in one sentence. It answers within seconds, never runs
in a request, follows no redirect and sends the credential to the address of the door and to nothing else.

To add one: a folder here with a `connector.py` that has `CONNECTOR`, an object as `base.Connector` describes it.
`make_access` is told which name the account is to have, so that an account whose making broke off can be removed by
that name; `remove_access` is content when there is none.
"""

from vpn.hosting.connectors.base import (
    Connector,
    Disk,
    Door,
    Facts,
    Given,
    HostKeyChanged,
    HostKeyUnknown,
    Option,
    Site,
    SiteCertificate,
    Wanted,
)
from vpn.hosting.connectors.finding import connector_of, connectors

__all__ = [
    "Connector",
    "Disk",
    "Door",
    "Facts",
    "Given",
    "HostKeyChanged",
    "HostKeyUnknown",
    "Option",
    "Site",
    "SiteCertificate",
    "Wanted",
    "connector_of",
    "connectors",
]
