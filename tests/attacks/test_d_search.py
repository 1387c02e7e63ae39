"""The search tells nobody of what they may not see: not by hits, words round them, counts, suggestions, or by whether
there is anything at all (ATTACKS D12), and what is written in its box is words and nothing else (E01).

What must stay hidden says c4n4ry, in the message and in its files, and is found by zanzibar as well.
"""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.search.files.listing import texts_of
from helpdesk.search.models import FileText
from tests.browsers import browser_of
from tests.factories import (
    GrantFactory,
    MessageFactory,
    OrganisationFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tests.files import new_file
from tests.finding import found_under, hits
from tests.programs import Program
from tickets.actions.files import store_files
from tickets.actions.indexing import index
from tickets.enums import Approval
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
CANARY, FOUND_BY = "c4n4ry", "zanzibar"
HIDDEN = f"{CANARY} {FOUND_BY} lamps c4n4ry@secret.example"
DOORS = {"clara": "/cabinet/search/", "mia": "/cabinet/search/", "sergei": "/cabinet/search/", "oleg": "/desk/search/"}


def say(text, *, in_file="", filename="", **facts):
    """A message that the search knows, with a file that was read."""
    message = MessageFactory(**{"text": text, "subject": "Basket", **facts})
    kept = store_files(message=message, files=[new_file(filename or "a.txt", (in_file or text).encode())], by=None)
    FileText.objects.filter(name=str(kept[0].file)).update(
        state="read", text=in_file or text, finished_at=timezone.now(), changed_at=None
    )
    index(message=message, ticket=message.ticket, files=kept)
    return message


@pytest.fixture
def town():
    """Clara's ticket, which she, Mia who leads her company and contractor Oleg see; on it, and elsewhere, what they may
    not see. Sergei is of another company, and sees nothing."""
    shop, team = OrganisationFactory(name="Shop"), TeamFactory(name="Shops")
    anna, oleg = StaffFactory(name="Anna"), StaffFactory(name="Oleg", role=Role.CONTRACTOR)
    clara = UserFactory(name="Clara", organisation=shop)
    mia = UserFactory(name="Mia", organisation=shop, role=Role.CUSTOMER_MANAGER)
    sergei = UserFactory(name="Sergei", organisation=OrganisationFactory(name="Other"))
    GrantFactory(contractor=oleg, team=team)
    ticket = TicketFactory(requester=clara, organisation=shop, team=team, subject="Basket")
    say("An open basket", ticket=ticket, author=clara)
    later = timezone.now() + timedelta(minutes=1)
    secret = TicketFactory(subject=HIDDEN, organisation=None, requester=UserFactory(), tags=[CANARY])
    say(HIDDEN, ticket=ticket, author=anna, kind="note", filename=f"{HIDDEN}.txt")
    say("see", in_file=HIDDEN, ticket=ticket, author=anna, kind="note")
    say(HIDDEN, ticket=ticket, author=UserFactory(), approval=Approval.PENDING, from_name="Vladimir Ostrovsky")
    say("see", in_file=HIDDEN, ticket=ticket, author=UserFactory(), approval=Approval.REFUSED)
    say(HIDDEN, ticket=ticket, author=anna, kind="reply", held_until=later)
    say(HIDDEN, ticket=secret, author=secret.requester, from_name="Vladimir Ostrovsky", filename=f"{CANARY}.txt")
    return {
        "clara": clara,
        "mia": mia,
        "sergei": sergei,
        "oleg": oleg,
        "anna": anna,
        "ticket": ticket,
        "secret": secret,
    }


WORDS = [
    *("zanzibar", "zanzib*", '"c4n4ry zanzibar"', "basket or zanzibar", "c4n4", "4n4ry@secr", "secret.example"),
    *("see zanzibar", "has:file", "has:file zanzibar", "from:ostrovsky", "zanzibar after:2020", "-nothing"),
    *("zanzibar status:new", "basket -open", "ticket:{number} zanzibar", "ticket:{secret} zanzibar", "ticket:{secret}"),
    *("{secret}", "#{secret}", "tag:c4n4ry", "ostrowsky", "zanzibra", "team:shops zanzibar", "to:c4n4ry", "from:anna"),
]  # fmt: skip


def shown(reader, door, words):
    """What a page says, without what was asked for itself."""
    page = unescape(browser_of(reader).get(door, {"q": words}).content.decode())
    return page.replace(words, "").replace("c4n4ry:", "")


@pytest.mark.parametrize("name", ["clara", "mia", "sergei"])
def test_d12_customer_finds_by_no_words_what_they_may_not_see(town, name):
    reader, leaks = town[name], []
    seen = set(Message.objects.visible_to(reader).values_list("pk", flat=True))

    for words in WORDS:
        asked = words.format(number=town["ticket"].number, secret=town["secret"].number)
        told = Program(reader).get("/api/v1/search/", {"q": asked, "order": "latest"}).content.decode()
        for said in (shown(reader, DOORS[name], asked), told.replace(asked, "")):
            leaks += [asked] if CANARY in said or "strovsky" in said else []
        leaks += [asked for hit in hits(asked, reader=reader).hits if hit.key not in seen]

    assert leaks == []
    assert (found_under("open basket", reader=reader) == []) == (name == "sergei")


def test_d12_contractor_finds_files_of_their_queue_and_of_no_other(town):
    oleg = town["oleg"]
    file_of_another = town["secret"].messages.get().attachments.get()

    assert texts_of({str(file_of_another.file)}) != {}
    assert found_under("zanzibar", reader=oleg) == [town["ticket"].pk]
    for words in ("zanzibar", "has:file", "c4n4", f"ticket:{town['secret'].number} zanzibar"):
        page = shown(oleg, DOORS["oleg"], words)
        assert f"/desk/tickets/{town['secret'].number}/" not in page


@pytest.mark.parametrize("words", ["ostrowsky", "vladimyr ostrowsky"])
def test_d12_customer_is_suggested_no_name_of_whom_they_may_not_see(town, words):
    suggested = {name: "Did you mean" in shown(town[name], door, words) for name, door in DOORS.items()}
    to_staff = shown(town["anna"], DOORS["oleg"], words)

    assert suggested == {"clara": False, "mia": False, "sergei": False, "oleg": True}
    assert "Did you mean" in to_staff


def test_d12_hit_shows_words_of_the_message_that_was_found_and_of_no_other(town):
    """A ticket that both see: the customer's own words are shown to her, the note's to staff alone."""
    clara, anna = town["clara"], town["anna"]

    to_customer = shown(clara, DOORS["clara"], "basket")
    to_staff = shown(anna, "/desk/search/", f"ticket:{town['ticket'].number} zanzibar")

    assert ("<mark></mark>" in to_customer, CANARY in to_customer) == (True, False)
    assert CANARY in to_staff


def test_d12_similar_tickets_are_those_that_the_reader_may_see(town):
    Ticket.objects.filter(pk=town["ticket"].pk).update(subject=f"Lamps of {FOUND_BY} lamps")
    url, other = f"/desk/tickets/{town['ticket'].number}/similar/", f"/desk/tickets/{town['secret'].number}/"

    to_staff, to_contractor = (browser_of(town[name]).get(url).content.decode() for name in ("anna", "oleg"))

    assert (other in to_staff, other in to_contractor, CANARY in to_contractor) == (True, False, False)


def test_d12_words_that_are_completed_name_no_team_that_a_contractor_does_not_serve(town):
    TeamFactory(name=f"Sales {CANARY}")

    offered = browser_of(town["oleg"]).get("/desk/go/", {"q": "team:s"}).content.decode()
    refused = shown(town["oleg"], DOORS["oleg"], "team:nowhere")

    assert (CANARY in offered, CANARY in refused) == (False, False)


def test_d12_content_of_a_file_is_known_to_whom_it_was_sent_even_when_another_sent_the_same(town):
    """One content is one text: it is found under each message that has it, by whoever may see that message."""
    sergei = town["sergei"]
    own = TicketFactory(requester=sergei, organisation=sergei.organisation)
    say("see", in_file="the same giraffe", ticket=own, author=sergei)
    say("see", in_file="the same giraffe", ticket=town["ticket"], author=town["clara"])

    assert found_under("giraffe", reader=sergei) == [own.pk]
    assert found_under("giraffe", reader=town["clara"]) == [town["ticket"].pk]
    assert FileText.objects.filter(text="the same giraffe").count() == 1


EVIL = [
    "' OR 1=1 --",
    "'); DROP TABLE x; --",
    "\\' OR ''='",
    "$$;--",
    "%(words)s",
    "%s",
    "{0}",
    "a' | 'b",
    "b:* & !c",
    "\x02x\x03",
]


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_e01_what_is_written_in_the_box_is_words_alone(town, evil):
    oleg, clara = town["oleg"], town["clara"]
    own, count = {town["ticket"].pk}, Ticket.objects.count()

    for name in ("", "from:", "to:", "team:", "status:", "ticket:", "tag:", "has:", "before:", "organisation:"):
        assert browser_of(clara).get(DOORS["clara"], {"q": name + evil}).status_code == 200
        for words in (f'{name}"{evil}"', f'-{name}"{evil}" zanzibar'):
            assert set(found_under(words, reader=oleg)) <= own

    assert Ticket.objects.count() == count
