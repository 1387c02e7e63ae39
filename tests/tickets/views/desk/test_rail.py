"""The rail alone, as pages ask for it when tickets have changed elsewhere."""

from lxml.html import fromstring

from helpdesk.notifications.actions.tidings import Tiding, tell
from tests.factories import TicketFactory
from tests.statements import count_of

URL = "/desk/rail/"
FACTS = {"ticket.number": "7", "ticket.subject": "Down", "what": "Anna left a note"}
RAIL = "descendant-or-self::nav[@id='rail-menu']"


def test_rail_when_asked_for_then_it_says_what_that_of_a_page_says(desk):
    for _ in range(3):
        TicketFactory()

    rail = fromstring(desk.get(URL).content).xpath(RAIL)[0]
    of_page = fromstring(desk.get("/desk/me/").content).xpath(RAIL)[0]

    assert rail.text_content().split() == of_page.text_content().split()
    assert "3" in rail.text_content().split()


def test_rail_has_the_bell_with_what_is_unread(desk, anna):
    tell(tidings=[Tiding(person=anna, subject=TicketFactory(), occasion="noted", key="1", path="/", facts=FACTS)])

    (bell,) = fromstring(desk.get(URL).content).xpath("descendant-or-self::a[@id='bell']")

    assert bell.text_content().split() == ["Notices", "1"]


def test_rail_when_there_are_more_tickets_then_it_takes_the_same_few_statements(desk):
    TicketFactory()
    one, _ran = count_of(lambda: desk.get(URL))
    for _ in range(5):
        TicketFactory()

    six, ran = count_of(lambda: desk.get(URL))

    assert one == six <= 3, ran
