"""What the journal says to the rooms above, inside the transaction that writes it.

`recorded(entries)`: these lines were written, in this order.
"""

from django.dispatch import Signal

recorded = Signal()
