"""Who did what, when, from where: append-only, and the database itself refuses anything else.

An *entry* is one line per action, written through `journal.actions.record` in the action's own transaction. It points
at its subject by content type and id, so that every room can be spoken of. Row history of configuration (people,
teams, mailboxes) is kept beside it by triggers.
"""
