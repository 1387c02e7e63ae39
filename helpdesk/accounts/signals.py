"""What happened to people, told to the rooms above inside the same transaction.

`link_asked_for(user, address, next_path, language)`: somebody who gave this address of an active person, and whose
browser speaks `language`, wants a sign-in link.
`person_invited(invitation, secret)`: an invitation is to be sent with this secret.
`invitation_doubted(invitation)`: no link may bring this person there; an administrator decides.
`staff_invited(invitation, secret)`: an invitation among the staff is to be sent with this secret.
`session_ended(session_key)`: somebody ended a session; what is open by it ends as well.
`browser_met(user, browser)`: somebody signed in from a browser that was not known to be theirs.
`tries_counted(user, count, networks)`: so many wrong passwords were given for them within a day, from there.
`security_changed(user, title)`: how the person proves themselves has changed; what, in the language of who did it.
`person_removed(person, organisation, by)`: somebody is about to leave the organisation with this key.
`erasure_asked(erasure)`: somebody wants to be erased.
`access_ended(user)`: every way in of this person has ended: sessions, tokens, links; end what else lets them in.
`access_changed(user)`: what this person may see is less or more than before; None for everybody.
`rules_changed(rule, before, after, by)`: what a role may do was changed; `before` and `after` are the facts told.
`person_erased(erased)`: a person (`helpdesk.core.erasing.Erased`) is being erased; each room forgets what it knows.
"""

from django.dispatch import Signal

link_asked_for = Signal()
person_invited = Signal()
invitation_doubted = Signal()
staff_invited = Signal()
session_ended = Signal()
browser_met = Signal()
tries_counted = Signal()
security_changed = Signal()
person_removed = Signal()
access_ended = Signal()
access_changed = Signal()
rules_changed = Signal()
erasure_asked = Signal()
person_erased = Signal()
