"""Tickets named in lines: cards for whoever sees the ticket, the plain number for everybody else."""

from helpdesk.chat.models import Line
from tests.browsers import browser_of
from tests.chat import told_team
from tests.factories import TeamFactory, TicketFactory


def test_ticket_when_a_line_names_it_then_its_card_is_for_those_who_see_it(anna, maya, oleg, team, granted, settings):
    settings.SITE_URL = "https://desk.example"
    shown = TicketFactory(subject="Basket is empty", team=team, assignee=maya)
    hidden = TicketFactory(subject="S3CRET margins", team=TeamFactory())
    room = told_team(
        anna, team, f"#{shown.number} #{hidden.number} https://desk.example/desk/tickets/{hidden.number}/ #999999999"
    ).room

    annas = browser_of(anna).get(f"/desk/chat/{room.pk}/").content.decode()
    olegs = browser_of(oleg).get(f"/desk/chat/{room.pk}/").content.decode()
    found = browser_of(oleg).get("/desk/chat/", {"q": str(hidden.number)}).content.decode()

    assert annas.count('class="chat-card"') == 2
    assert "S3CRET" in annas
    assert olegs.count('class="chat-card"') == 1
    assert "Basket is empty" in olegs
    assert "S3CRET" not in olegs + found
    assert f"#{hidden.number} #{hidden.number} #999999999</p>" in olegs
    assert Line.objects.count() == 1
