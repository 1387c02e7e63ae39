"""One search over everything.

A *document* is the searchable text of one thing of a higher room, kept as a PostgreSQL `tsvector` in the transaction
that writes the thing, so that what is committed is found. A search answers ids; the room that owns the things
filters them by what the reader may see.
"""
