"""Requests and what is said about them.

A *ticket* has a number, a requester, participants (who get the answers), watchers (staff who get notices), an assignee
and a team. Its *category* says what it is about; the category's *fields* have typed values (`tickets.fields`). A
*message* on it is inbound, a reply, or a note for staff alone; order is by arrival. Every write with a rule is an
action in `actions/`: it locks the ticket, asks the permission, changes, writes the journal and the outbox in one
transaction. Invariants: a note never leaves the staff; a customer sees only their own or, as manager, their
organisation's tickets; a contractor only granted queues; nothing said is ever cut or removed.
"""
