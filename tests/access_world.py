"""One of everything that an address may name, Clara's, and everybody who knocks."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import links
from helpdesk.accounts.actions.invitations import invite
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Export, Import, Merger, Note, RoleRule
from helpdesk.accounts.scopes import Scope
from helpdesk.accounts.signals import person_invited
from helpdesk.accounts.sso.models import IdentityProvider, LogoutNotice, OutsideIdentity, Visit
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.choices import unsubscribe_headers
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Address, Breaker, Browser, Gateway, Notice, TeamChoice, Wording
from helpdesk.operations.models import Alert, AlertWay, OutsideWatch, Sample, Threshold
from helpdesk.search.models import FileText, NothingFound, Rebuild
from helpdesk.webhooks.models import Event as HookEvent
from helpdesk.webhooks.models import Hook
from helpdesk.work.models import Job
from tests.access_keys import of_keys
from tests.access_things import of_the_chat, of_the_directory, of_the_vault, of_the_vpn_hosts
from tests.browsers import browser_of
from tests.factories import (
    CategoryFactory,
    CustomFieldFactory,
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    SavedViewFactory,
    StaffFactory,
    TeamFactory,
    TemplateFactory,
    TicketFactory,
    UserFactory,
)
from tests.peers.sites import make_site
from tests.programs import Program
from tests.signing_in import of_signing_in
from tickets.actions import exporting
from tickets.actions.files import NewFile, store_files
from tickets.actions.rating import token_of
from tickets.enums import Audience, Status
from tickets.mail.models import RawMail
from tickets.models import BulkChange, KeptDraft, Survey, TicketLink


@contextmanager
def listening(signal):
    """The secrets that were sent by the signal inside the block."""
    secrets = []

    def listen(secret, **facts):
        secrets.append(secret)

    signal.connect(listen)
    yield secrets
    signal.disconnect(listen)


def of_the_cabinet(clara, mia, team):
    """What Clara, and her manager Mia, have under way there."""
    with listening(person_invited) as secrets:
        invitation = invite(by=mia, address="new@shop.example", name="", is_manager=False, from_address="::1")
    export = exporting.ask(person=clara, by=clara)
    exporting.make(export=export)
    solved = TicketFactory(requester=clara, team=team, status=Status.RESOLVED)
    survey = Survey.objects.create(ticket=solved, resolved_at=solved.resolved_at)
    return {
        "own_data": export.pk,
        "invitation": invitation.pk,
        "invited": secrets[0],
        "subscription": unsubscribe_headers(clara, "surveys")[0][1].rsplit("/", 2)[1],
        "survey": token_of(survey),
    }


def _people(shop, other):
    """Whoever knocks."""
    return {
        "anonymous": None,
        "clara": UserFactory(name="Clara", email="clara@shop.example", organisation=shop),
        "carl": UserFactory(name="Carl", organisation=shop),
        "mia": UserFactory(name="Mia", organisation=shop, role=Role.CUSTOMER_MANAGER),
        "sergei": UserFactory(name="Sergei", organisation=other, role=Role.CUSTOMER_MANAGER),
        "oleg": StaffFactory(name="Oleg", role=Role.CONTRACTOR),
        "anna": StaffFactory(name="Anna"),
        "marta": StaffFactory(name="Marta", role=Role.ACCOUNTANT),
        "ada": StaffFactory(name="Ada", role=Role.ADMINISTRATOR),
        "lena": StaffFactory(name="Lena", role=Role.LINE_LEAD),
        "pavel": StaffFactory(name="Pavel", role=Role.PROJECT_MANAGER),
        "sonya": StaffFactory(name="Sonya", role=Role.SALES),
    }


@pytest.fixture
def world(db):
    """One of everything, Clara's."""
    shop, other = OrganisationFactory(name="Shop"), OrganisationFactory(name="Other")
    people = _people(shop, other)
    clara = people["clara"]
    team = TeamFactory()
    ticket = TicketFactory(requester=clara, team=team)
    message = MessageFactory(ticket=ticket)
    (file,) = store_files(message=message, files=[NewFile("a.txt", b"a", "text/plain")], by=None)
    guest = ParticipantFactory(ticket=ticket, user=UserFactory(organisation=shop))
    link = TicketLink.objects.create(source=ticket, target=TicketFactory(), kind="related", made_by=people["anna"])
    record(verb="seen", subject=ticket, by=None)
    things = {
        "number": ticket.number,
        "message": message.pk,
        "file": file.pk,
        "guest": guest.pk,
        "link": link.pk,
        **of_the_cabinet(clara, people["mia"], team),
        "secret": links.issue(user=clara, address=clara.email),
        **of_signing_in(clara, people["ada"]),
        "clara": clara.pk,
        "organisation": shop.pk,
        "team": team.pk,
        "rule": RoleRule.objects.get(role=Role.SALES).pk,
        "view": SavedViewFactory(owner=people["anna"], audience=Audience.EVERYBODY).pk,
        "template": TemplateFactory(owner=people["anna"], audience=Audience.EVERYBODY).pk,
        "planned": _planned(ticket, people["anna"]),
        "job": Job.objects.create(owner=people["ada"], kind="journal").pk,
        "change": BulkChange.objects.create(by=people["anna"], key=UUID(int=7), verb="assigned").pk,
        **_of_the_mail(message),
        "entry": Entry.objects.latest("pk").pk,
        "ticket": ticket.pk,
        "field": (field := CustomFieldFactory(categories=[CategoryFactory()])).pk,
        "category": field.categories.get().pk,
        "point": clara.contact_points.get().pk,
        "kind": "reply",
        **_of_single_sign_on(clara),
        **_of_hooks(people["ada"]),
        **of_keys(clara, people["ada"]),
        **_of_the_watch(),
        **_of_the_search(),
        **_of_notices(people["clara"], ticket),
        **_of_the_address_book(clara, StaffFactory(role=Role.LINE_LEAD)),
        **of_the_directory(clara),
        **of_the_vpn_hosts(),
        **of_the_chat(people["anna"], people["marta"]),
        **of_the_vault(shop, people["anna"], people["pavel"], people["clara"]),
        "token": None,
        "task": None,
    }
    programs = {name: Program(person, scopes=Scope.values) if person else Client() for name, person in people.items()}
    things["token"] = clara.api_tokens.get().pk
    things["task"] = _periodic_task()
    browsers = {name: browser_of(person) if person else Client() for name, person in people.items()}
    return browsers, programs, things


def _planned(ticket, anna):
    tomorrow = timezone.now() + timedelta(days=1)
    return KeptDraft.objects.create(ticket=ticket, author=anna, kind="reply", text="Later", send_at=tomorrow).pk


def _of_single_sign_on(clara):
    """A site where Clara is signed in, and two providers, of which one knows her."""
    site, _secret = make_site("Wiki", allowed_roles=["customer"])
    visits = [
        Visit.objects.create(user=clara, site=site, session_key=key, password_mark="x", entered_at=timezone.now())
        for key in ("x", "y")
    ]
    Visit.objects.filter(pk=visits[1].pk).update(ended_at=timezone.now(), ending="signed_out")
    described = {"authorization_endpoint": "https://works.example/authorize", "keys": []}
    works = IdentityProvider.objects.create(name="Works", slug="works", is_active=True, described=described)
    IdentityProvider.objects.create(name="Saml", slug="saml", kind="saml", is_active=True, described=described)
    return {
        "site": site.pk,
        "visit": visits[0].pk,
        "provider": works.pk,
        "slug": works.slug,
        "saml": "saml",
        "identity": OutsideIdentity.objects.create(provider=works, subject="clara-there", user=clara).pk,
        "notice": LogoutNotice.objects.create(visit=visits[1]).pk,
    }


def _of_notices(clara, ticket):
    gateway = Gateway.objects.create(name="Pager", url="json://pager.example/{to}", address_label="Number")
    notice = Notice(person=clara, occasion="noted", key="1", subject=ticket, title="News", path="/desk/tickets/")
    notice.save()
    return {
        "gateway": gateway.pk,
        "told": notice.pk,
        "address": Address.objects.create(person=clara, gateway=gateway, value="42").pk,
        "browser": Browser.objects.create(person=clara, endpoint="x", endpoint_digest="x", p256dh="x", auth="x").pk,
        "team_choice": TeamChoice.objects.create(team=TeamFactory()).pk,
        "wording": Wording.objects.create(occasion="noted", language="en", title="News").pk,
    }


def _of_hooks(ada):
    hook = Hook.objects.create(name="CRM", owner=ada, url="https://crm.example/", events=["ticket.created"])
    return {"hook": hook.pk, "event": HookEvent.objects.create(hook=hook, kind="hook.test", thread="test").pk}


def _of_the_mail(message):
    mailbox = MailboxFactory()
    raw = RawMail.objects.create(
        source="file", content=b"Subject: x\r\n\r\n", size=14, sha256="0" * 64, mailbox=mailbox
    )
    (delivery,) = enqueue(subject=message, outgoing=[Outgoing(purpose=Purpose.REPLY, recipient="clara@shop.example")])
    breaker = Breaker.objects.create(route="site")
    return {"mailbox": mailbox.pk, "raw": raw.pk, "delivery": delivery.pk, "breaker": breaker.pk}


def _of_the_search():
    in_vain = NothingFound.objects.create(words="zebra")
    rebuild, text = Rebuild.objects.create(source="messages"), FileText.objects.order_by("pk").first()
    return {"in_vain": in_vain.pk, "rebuild": rebuild.pk, "text": text.pk}


def _of_the_watch():
    threshold = Threshold.objects.create(family="disk", measure="level", limit=85, ends_at=80)
    return {
        "sample": Sample.objects.create(series="disk:data", at=timezone.now(), level=91).pk,
        "threshold": threshold.pk,
        "alert": Alert.objects.create(threshold=threshold, series="disk:data", value=91, worst=91).pk,
        "way": AlertWay.objects.create(name="E-mail").pk,
        "watch": OutsideWatch.objects.create(name="Outside", url="https://watch.example/desk").pk,
    }


def _of_the_address_book(clara, lena):
    """Clara's merger and note; Lena's import and export, which are hers alone."""
    before = {"active": True, "organisation": None, "given": None}
    merged = UserFactory(is_active=False)
    return {
        "merger": Merger.objects.create(survivor=clara, merged=merged, merged_by=lena, before=before).pk,
        "note": Note.objects.create(person=clara, author=lena, text="Phones on Mondays").pk,
        "source": Import.objects.create(by=lena, format="csv", filename="people.csv", header=["E-mail"]).pk,
        "export": Export.objects.create(by=lena, format="csv").pk,
    }


def _periodic_task():
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    every = IntervalSchedule.objects.create(every=30, period="seconds")
    return PeriodicTask.objects.create(name="sweep", task="sweep", interval=every).pk
