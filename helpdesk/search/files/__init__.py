"""What files say, so that a message is found by the words of what came with it.

The text of a stored content is read once, however often the content came (`FileText`, under its name in the store). A
room lists what it stores (`listing.come`) in the transaction that points at it; a bell rings, and a worker claims what
waits (`claiming`), has it read by a child process with limits (`reader`, `reading`), and writes what became of it.
Rooms whose documents hold texts of files (`registries.holders`) then write those documents anew.

Invariants: every content ends in one state, with the reason; a file that breaks its reader takes nothing else with it;
nobody reads a file in a request, or in a process that knows the database. What a room does not point at any more has no
text here.

Locks: a writer of documents shares the rows whose texts it reads until it commits, so that a text which comes meanwhile
finds the new documents. Whoever finishes a file locks its one row and nothing else.
"""
