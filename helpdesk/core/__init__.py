"""What every room uses and no room owns.

Words: a *refusal* (`errors.Refused`) is an answer a person can act on; a *fragment* is a named part of a page that
htmx swaps; a *registry* is how a higher room shows something on a lower room's page without being imported by it.
This room imports no other room.
"""
