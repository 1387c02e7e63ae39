"""What happened on tickets, told to the rooms above inside the same transaction.

`message_received(message)`: a customer said something that counts (let in, not waiting for approval).
`message_written(message, recipients)`: staff wrote to customers; `recipients` is a list of `Recipient`.
`ticket_opened(ticket, message)`: a new ticket with its first message.
`note_written(message)`: staff wrote for staff.
`message_moved(message, source, target)`: a message changed its ticket.
`messages_masked(messages, tickets, mask)`: words were taken out of these messages, of one of which the others may be
copies; `tickets` are the keys of those that the conversation is on, `mask` a `helpdesk.core.masking.Mask`.
`ticket_changed(ticket, change)`: status, assignee, team, priority, tags, category or fields changed, or it was merged
or linked; `change` is the journal's verb.
"""

from django.dispatch import Signal

message_received = Signal()
message_written = Signal()
note_written = Signal()
ticket_opened = Signal()
ticket_changed = Signal()
message_moved = Signal()
messages_masked = Signal()
