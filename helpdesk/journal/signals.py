"""What was written down, told to the rooms above inside the same transaction.

`recorded(subject, verb, facts, by)`: a line about `subject`. Whoever wants to know of every change of a thing listens
here: no action changes one without its line.
"""

from django.dispatch import Signal

recorded = Signal()
