"""What happened to people, told to the rooms above inside the same transaction.

`link_asked_for(user, address, next_path, language)`: somebody who gave this address of an active person, and whose
browser speaks `language`, wants a sign-in link.
"""

from django.dispatch import Signal

link_asked_for = Signal()
