"""One search over everything.

A *document* is the searchable text of one thing of a higher room, kept in the transaction that writes the thing, so
that what is committed is found. It carries *marks*: short words such as `team:3` or `public` that say who may find it
and what it can be narrowed by, so that the index itself asks the permission. A *source* is a kind of things with
documents: its room registers it (`registries.sources`) and has the last word about what a reader may see. An *engine*
keeps the documents and answers questions (`protocol.Engine`). The *words in the box* that narrow, such as `team:`, are
registered by the room that knows what they mean (`registries.words`). What stands in *files* is read by a worker's
child and belongs to the document of the thing that they came with (`files`).

Invariants: nothing is shown that the source's `seen` does not let through; a question never ranks more than
`finding.WANTED` documents; what is deleted has no document.
"""
