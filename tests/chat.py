"""Saying things in tests."""

from uuid import uuid4

from helpdesk.chat.actions.talking import say, say_in, say_to


def told(by, person, text="Good morning", **files):
    """A line to somebody."""
    return say_to(person=person, by=by, text=text, token=uuid4(), **files)


def told_team(by, team, text="Good morning, all", **files):
    """A line in the team's room."""
    return say_in(team=team, by=by, text=text, token=uuid4(), **files)


def answered(room, by, text="And to you", **files):
    """A line in a room that there is."""
    return say(room=room, by=by, text=text, token=uuid4(), **files)
