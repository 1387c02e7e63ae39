"""Whoever is away is told of what was said to them: once until they have read it, and nobody else."""

from helpdesk.chat.actions import news
from helpdesk.chat.actions.news import spread_news
from helpdesk.chat.actions.reading import read
from helpdesk.chat.actions.rewriting import delete, edit
from helpdesk.chat.models import Untold
from helpdesk.notifications.models import Notice
from tests.chat import answered, told, told_team
from tests.factories import StaffFactory
from tests.statements import count_of


def notices():
    return [(each.person, each.occasion, each.title, each.text) for each in Notice.objects.order_by("pk")]


def test_line_to_somebody_who_is_away_when_it_is_spread_then_they_are_told_once_until_they_read(anna, maya):
    line = told(anna, maya, "Coffee?")
    answered(line.room, anna, "Now?")
    spread_news()
    first = notices()
    read(room=answered(line.room, anna, "Maya?").room, by=maya, to=2**60)
    is_read = Notice.objects.get().read_at is not None
    answered(line.room, anna, "There is cake, too.")
    spread_news()

    assert first == [(maya, "chat_written", "Anna Orlova writes:", "Coffee?")]
    assert is_read
    assert notices()[1:] == [(maya, "chat_written", "Anna Orlova writes:", "There is cake, too.")]
    assert Notice.objects.first().path == f"/desk/chat/{line.room_id}/"
    assert not Untold.objects.exists()


def test_line_in_a_team_when_it_calls_somebody_then_they_alone_are_told_of_that_line(anna, maya, team):
    room = told_team(anna, team, "Good morning").room
    answered(room, anna, "@maya, the phone!")
    answered(room, anna, "@maya, and the door!")

    spread_news()

    told_ = [(person, occasion, text) for person, occasion, _title, text in notices()]
    assert told_ == [(maya, "chat_mentioned", "@maya, the phone!"), (maya, "chat_mentioned", "@maya, and the door!")]
    assert notices()[0][2] == "Anna Orlova calls you in “Support”:"


def test_line_when_the_room_is_before_them_or_it_was_read_already_then_nobody_is_told(anna, maya, timur, monkeypatch):
    monkeypatch.setattr(news, "who_is_in", lambda room: {maya.pk})
    told(anna, maya)
    line = told(anna, timur)
    read(room=line.room, by=timur, to=line.pk)

    spread_news()

    assert notices() == []


def test_line_when_it_was_deleted_or_its_reader_may_not_know_then_nobody_is_told(anna, maya, oleg, granted, team):
    delete(line=told(anna, maya), by=anna)
    told_team(anna, team, "@oleg?")
    told(anna, oleg)
    granted.delete()

    spread_news()

    assert notices() == []


def test_line_when_it_is_changed_to_call_somebody_then_they_are_told(anna, maya, team):
    line = told_team(anna, team, "The phone!")
    line = edit(line=line, by=anna, text="@maya, the phone!", version=0)
    edit(line=line, by=anna, text="@maya, the phone, please!", version=1)

    spread_news()
    spread_news()

    assert [person for person, *_rest in notices()] == [maya]


def test_spreading_costs_the_same_for_one_and_for_many(anna, maya):
    told(anna, maya)
    one, _ = count_of(spread_news)
    for person in StaffFactory.create_batch(3):
        told(anna, person)

    many, listed = count_of(spread_news)

    assert one == many, listed
