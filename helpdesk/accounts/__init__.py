"""People and what they may do.

A *user* is one row for a person, staff or customer, whether or not they ever sign in; a *contact point* is an address
of theirs; an *organisation* is a client company; a *team* is staff who own a queue, on line 1, 2 or 3; a *grant* lets a
contractor see one team's queue, for good or until some time. A *role* maps to *capabilities* as the program comes
(`capabilities.py`) or as administrators decided (*rule*, known to every process by `policy.py`): seeing is a queryset,
doing is a predicate. Whoever *leaves* loses every way in at once; an administrator may *see as* somebody for a while,
and changes nothing by it (`seeing.py`). Mail never gives rights: an address in a From header is a claim, a link sent to
the address is the proof. A *note* is what staff write about a customer for each other. A *merger* says that two rows
were one person, and exactly what changed hands; *panels* and *parts of a merger* come from rooms above
(`registries.py`). An *import* brings people from a file, row by row; an *export* takes them out.
An *attempt* at a door is counted in the database, against limits per address and per network.
"""
