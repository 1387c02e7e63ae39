"""A contractor with a grant for one queue learns nothing of another, at any door (ATTACKS D12, D10).

Every address of the program is asked by its URL configuration, so that a new one is asked as well. Whatever is not
theirs says c4n4ry somewhere; it is found by other words, since pages repeat what is looked for.
"""

from uuid import uuid4

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Grant, Organisation, Team, User
from helpdesk.accounts.queries import people_known_to
from helpdesk.journal.models import Entry
from helpdesk.notifications.live.channels import Shut, listener
from helpdesk.notifications.models import Delivery, Notice
from helpdesk.notifications.notices import compose_notice
from tests.access_paths import addresses, path_of
from tests.access_world import world  # noqa: F401 - a fixture
from tests.browsers import browser_of
from tests.factories import MessageFactory, ParticipantFactory, StaffFactory, TeamFactory, UserFactory
from tests.programs import Program
from tickets.actions import conversation
from tickets.actions.files import NewFile, store_files
from tickets.actions.news import spread_news
from tickets.actions.status import change_status
from tickets.actions.writing import index
from tickets.enums import Audience
from tickets.models import Attachment, Message, SavedView, Template, Ticket, TicketLink, Watcher
from tickets.queries.rail import rail_of

CANARY = "c4n4ry"
FOUND_BY = "zanzibar"


def mark_what_is_not_his():
    """Everything that the world of the access matrix holds says the word."""
    said = f"{CANARY} {FOUND_BY}"
    Ticket.objects.update(subject=said, snippet=said, tags=[CANARY, FOUND_BY])
    Message.objects.update(text=said, html=f"<p>{said}</p>", from_name=said, from_address=f"{CANARY}@secret.example")
    Attachment.objects.update(filename=f"{CANARY}-{FOUND_BY}.txt")
    SavedView.objects.update(name=said, criteria=f"tag={CANARY}")
    Template.objects.update(name=said, text={"en": said})
    for thing in [*Organisation.objects.order_by("pk"), *Team.objects.order_by("pk")]:
        thing.name = f"{said} {thing.pk}"
        thing.save()
    for person in User.objects.exclude(role=Role.CONTRACTOR):
        address = f"{CANARY}.{FOUND_BY}.{person.pk}@secret.example"
        person.name, person.email, person.notes, person.signature = f"{said} {person.pk}", address, said, said
        person.save()
        person.contact_points.update(value=address)
    for message in Message.objects.select_related("ticket").order_by("pk"):
        index(message=message, ticket=message.ticket, files=[])


@pytest.fixture
def confined(world):  # noqa: F811 - the fixture of that name
    """Oleg with one queue open to him: a ticket there is linked with a secret one."""
    things = world[2]
    mark_what_is_not_his()
    oleg = User.objects.filter(role=Role.CONTRACTOR).earliest("pk")
    mine = TeamFactory(name="Shops")
    Grant.objects.create(contractor=oleg, team=mine)
    asking = UserFactory(name="Dora Open", email="dora@open.example")
    ticket = MessageFactory(ticket__team=mine, ticket__requester=asking, ticket__subject="Open to Oleg").ticket
    secret = Ticket.objects.get(number=things["number"])
    TicketLink.objects.create(source=ticket, target=secret, kind="related", made_by=StaffFactory())
    TicketLink.objects.create(source=secret, target=ticket, kind="duplicate", made_by=StaffFactory())
    return oleg, ticket, secret, things


def text_of(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace") + str(dict(response.headers))


WORDS = {
    "desk:tickets": [
        *("?q={w}", "?requester={w}", "?team={team}", "?tag={w}", "?view=all", "?saved={view}", "?assignee={clara}"),
        *("?organisation={organisation}", "?customer={clara}"),
    ],
    "desk:search": ["?q={w}", "?q={number}", "?q=tag:{w}"],
    "desk:list_filter": ["?q={w}", "?team={team}"],
    "desk:go": ["?q={w}", "?q={number}", "?q=%23{number}"],
    "desk:chosen": ["?ticket={number}"],
    "desk:people": ["?q={w}", "?words={w}"],
    "desk:ticket_colleagues": ["?q={w}", "?words={w}"],
    "desk:ticket_templates": ["?q={w}"],
    "desk:merge": ["?into={number}", "?q={number}"],
    "desk:new_ticket": ["?follows={number}", "?customer={clara}"],
    "people:people": ["?q={w}", "?organisation={w}"],
    "people:organisations": ["?q={w}"],
    "api:tickets": ["?q={w}", "?requester={clara}", "?team={team}", "?assignee={clara}", "?tag={w}"],
    "api:search": ["?q={w}"],
    "api:customers": ["?q={w}"],
    "api:organisations": ["?q={w}"],
}  # fmt: skip


BY_SECRET = frozenset({"sign_in_link", "invitation", "rating", "secrets:drop", "vpn:key_link", "vpn:key_dispute"})
"""Whoever has the secret of such a link is whom it was sent to."""


def asked(things):
    """Every address of the program with the things that are not his, and the lists looked through for them."""
    for name, route in addresses():
        if name in BY_SECRET:
            continue
        path = path_of(route, things)
        yield name, path
        for words in WORDS.get(name, []):
            yield name, path + words.format(w=FOUND_BY, **things)


def test_d12_contractor_finds_nothing_of_another_queue_at_any_address(confined):
    oleg, ticket, _, things = confined
    browser, program = browser_of(oleg), Program(oleg)
    leaks = []

    for things_asked in (things, things | {"number": ticket.number}):
        for name, path in asked(things_asked):
            response = (program if name.startswith("api:") else browser).get(path)
            if CANARY in text_of(response):
                leaks.append(path)

    assert leaks == [], "\n".join(leaks)
    assert f"/desk/tickets/{ticket.number}/" in browser.get("/desk/tickets/").content.decode()


def test_d12_contractor_is_told_nothing_by_what_he_posts_and_changes_nothing(confined):
    oleg, ticket, secret, things = confined
    browser, program = browser_of(oleg), Program(oleg)
    lines, messages = Entry.objects.about(secret).count(), secret.messages.count()
    form = {
        "ticket": [secret.number, ticket.number], "number": secret.number, "into": secret.number, "body": "Hello",
        "text": "Hello @anna", "subject": "Hello", "team": secret.team_id, "assignee": oleg.pk, "tags": "mine",
        "status": "closed", "priority": "high", "key": str(uuid4()), "customer": things["clara"], "kind": "note",
        "email": "dora@open.example", "relation": "related", "other": secret.number, "template": things["template"],
    }  # fmt: skip
    leaks = []

    for things_asked in (things, things | {"number": ticket.number}):
        for name, path in asked(things_asked):
            if name in ("account_logout", "admin:logout"):
                continue
            is_api = name.startswith("api:")
            response = program.post_json(path, {"text": "Hello"}) if is_api else browser.post(path, form)
            if CANARY in text_of(response):
                leaks.append(path)

    assert leaks == [], "\n".join(leaks)
    assert (Entry.objects.about(secret).count(), secret.messages.count()) == (lines, messages)


def test_d12_contractor_knows_who_is_on_his_tickets_and_nobody_else(confined):
    oleg = confined[0]

    assert {str(person) for person in people_known_to(oleg).customers()} == {"Dora Open"}
    assert {str(person) for person in User.objects.visible_to(oleg)} == {"Oleg"}


def test_d12_search_suggests_a_contractor_no_name_of_another_queue(confined):
    oleg, ticket, secret, _things = confined
    sender = secret.messages.order_by("pk").first()
    sender.from_name, sender.from_address = "Vladimir Ostrovsky", "vladimir@ostrovsky.example"
    browser, ask = browser_of(oleg), "/desk/search/?q=basket+ostrowsky+vladimir@ostrovsky.exampel"
    index(message=sender, ticket=secret, files=[])

    hidden = browser.get(ask).content.decode()
    sender.ticket_id, sender.ticket = ticket.pk, ticket
    sender.save()
    index(message=sender, ticket=ticket, files=[])
    shown = browser.get(ask).content.decode()

    assert ("ostrovsky+" in hidden, "Did you mean" in hidden) == (False, False)
    assert "Did you mean “basket ostrovsky" in shown


def test_d12_counters_count_what_the_contractor_sees(confined):
    oleg = confined[0]

    counted, saved, *_unread = rail_of(oleg)

    assert (counted["all"], saved) == (1, [])


def test_d12_contractor_hears_of_nothing_live(confined):
    oleg, ticket, secret, _ = confined
    session = browser_of(oleg).session.session_key

    assert listener(session, "ticket", str(ticket.number)).pk == oleg.pk
    with pytest.raises(Shut):
        listener(session, "ticket", str(secret.number))


def test_d12_contractor_who_watched_is_told_no_more_and_is_never_called(confined):
    oleg, ticket, secret, _ = confined
    anna = User.objects.filter(role=Role.AGENT).first()
    for each in (ticket, secret):
        Watcher.objects.create(ticket=each, user=oleg)
        change_status(ticket=each, by=anna, status="closed")
    conversation.note(ticket=secret, by=anna, text="@oleg look at this")

    spread_news()

    rows = list(Delivery.objects.filter(recipient=oleg.email).order_by("pk"))
    about = {row.content["path"]: row for row in rows}
    compose_notice([about[f"/desk/tickets/{ticket.number}/"]])
    assert len(rows) == 1
    assert set(Notice.objects.filter(person=oleg).values_list("subject_id", flat=True)) == {ticket.pk}


def test_d12_grant_that_ended_gives_nothing(confined):
    oleg, ticket, _, _ = confined
    browser = browser_of(oleg)
    before = browser.get(f"/desk/tickets/{ticket.number}/").status_code

    Grant.objects.update(until="2026-01-01T00:00Z")

    assert (before, browser.get(f"/desk/tickets/{ticket.number}/").status_code) == (200, 404)
    assert rail_of(oleg)[0]["all"] == 0
    assert Program(oleg).get("/api/v1/tickets/").json()["items"] == []


def test_d12_file_of_another_queue_is_not_his_by_its_link(confined):
    oleg, _, secret, _ = confined
    (file,) = store_files(
        message=MessageFactory(ticket=secret), files=[NewFile("x.txt", CANARY.encode(), "text/plain")], by=None
    )

    assert browser_of(oleg).get(f"/files/{file.pk}/").status_code == 404


def test_d12_person_who_takes_part_in_another_queue_is_not_known_by_it(confined):
    oleg, _, secret, _ = confined
    guest = ParticipantFactory(ticket=secret, user=UserFactory(name=f"{CANARY} guest")).user

    assert browser_of(oleg).get(f"/desk/people/{guest.pk}/").status_code == 404


def test_d12_views_and_templates_of_others_are_not_his_even_for_everybody(confined):
    oleg = confined[0]

    assert not SavedView.objects.visible_to(oleg).exists()
    assert not Template.objects.visible_to(oleg).exists()
    assert SavedView.objects.filter(audience=Audience.EVERYBODY).exists()
