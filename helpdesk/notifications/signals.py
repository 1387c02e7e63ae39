"""What became of deliveries, told to the rooms above inside the transaction that records it.

`delivery_failed(deliveries)`: given up for good; `delivery_unknown(deliveries)`: the server fell silent after the data,
a person must decide; `delivery_changed(deliveries)`: they are in another state, whichever it is. `deliveries` is a list
of rows already in their new state but not yet saved: what a listener locks stands above them in the order of locks.
"""

from django.dispatch import Signal

delivery_failed = Signal()
delivery_unknown = Signal()
delivery_changed = Signal()
