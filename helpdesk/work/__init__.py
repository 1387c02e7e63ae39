"""Long work that a person asked for and may leave: an export, an import. They see how far it is and fetch its file.

A *job* is a row: what is asked, by whom, how far it is, the file that came of it. A *kind* of work is a function that a
room registers (`helpdesk.work.registries.kinds`). Whoever asks commits the row; a worker claims it under a lease which
every word about its progress prolongs. The bell may be lost and the worker may die: the sweep rings again. A job that
is worked on twice at once ends in one file: who lost the lease is stopped at its next word.
"""
