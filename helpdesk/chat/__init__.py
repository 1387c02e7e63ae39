"""What colleagues say to each other.

A *room* is where they do: one for each *pair* of people, one for each *team*. A *line* is what was said there, with
its *enclosures* (files). A *reading* is how far somebody has read a room, and what they are writing there.

Who may see a room is asked each time (`Room.objects.visible_to`), of the teams and grants of this moment: of a team's
room its members, and contractors whom its queue is granted to; of a pair's the two of them, a contractor as long as
they share a team. Customers never see any, nor does an administrator who sees the desk as somebody else.

What a line names of other rooms (tickets) is shown as a card by whoever owns it (`registries.cards`), to those who may
see it; to others it is the plain number.

Invariants: of two people there is one room, of a team one; a token makes one line; lines of a room have their keys in
the order in which they were said (the room is locked by whoever says one).
"""
