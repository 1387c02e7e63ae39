"""Getting mail from servers and files.

The order is always: read, commit, and only then tell the server (flag, move, delete). How far a folder was read is
known by UID, never by the flag that says a mail was seen. One fetcher works on a mailbox at a time, by an advisory lock
of PostgreSQL. A *session* is one signed-in connection; a *round* reads everything that is new.
"""
