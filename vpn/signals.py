"""What happens to keys, sent by this room's actions inside their transaction.

`key_issued(key)`, `key_revoked(key, reason)`, `key_blocked(key)`, `key_unblocked(key)`, and
`list_published(authority, revocation_list)` whenever an authority has a new list of what it revoked.
"""

from django.dispatch import Signal

key_issued = Signal()
key_revoked = Signal()
key_blocked = Signal()
key_unblocked = Signal()
list_published = Signal()
