"""The servers' side: what a VPN host is told, what it reports, and what is wrong with it.

One turn of a host: it gets its *orders* (`orders.orders_for`), carries them out (`host.agent.Host.carry_out`), and its
*report* is taken in (`actions.reporting.take_in`). A host that Helpdesk reaches by itself (`Host.is_direct`) is
turned by a task; others come with the token of their server and ask. Tables hold the truth: what is to be ended stays
an `Ending` until the host has said that it is done; what OpenVPN refuses is decided by the revocation list and the
block directory that lie on the host, and the canary proves every hour that it does.
"""
