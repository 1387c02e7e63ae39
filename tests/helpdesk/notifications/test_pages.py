"""The list behind the bell, and the page of what somebody is told."""

import pytest
from django.utils import timezone

from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Address, Gateway, Notice, PersonChoice
from tests.browsers import browser_of
from tests.factories import GrantFactory, TeamFactory, TicketFactory
from tests.statements import at_most, count_of

pytestmark = pytest.mark.django_db
LIST, CHOICES = "/desk/notices/", "/desk/notices/choices/"
QUIET = {"quiet_from": "", "quiet_until": "", "rhythm": "at_once", "digest_hour": "9"}


def tell(person, ticket, *, key="1", title="News"):
    notice = Notice(
        person=person, occasion="noted", key=key, subject=ticket, title=title, path=f"/desk/tickets/{ticket.number}/"
    )
    notice.save()
    return notice


def test_list_shows_ones_own_newest_first_and_the_bell_counts_them(anna, ada, ticket):
    tell(anna, ticket, title="First")
    tell(anna, ticket, key="2", title="Second")
    tell(ada, ticket, title="Ada's")

    page = browser_of(anna).get(LIST).content.decode()

    assert page.index("Second") < page.index("First")
    assert "Ada's" not in page
    assert '<span class="count count-hot">2</span></a>' in page


def test_what_the_reader_may_no_longer_see_is_not_shown(ticket):
    team = TeamFactory()
    grant = GrantFactory(team=team)
    tell(grant.contractor, TicketFactory(team=team), title="Secret")
    browser = browser_of(grant.contractor)
    assert "Secret" in browser.get(LIST).content.decode()

    grant.delete()

    assert "Secret" not in browser.get(LIST).content.decode()


def test_reading_one_reads_all_of_the_thing_and_reading_all_only_what_was_shown(anna, ticket):
    first, same = tell(anna, ticket), tell(anna, ticket, key="2")
    other, later = (tell(anna, TicketFactory(), key=key) for key in ("3", "4"))
    browser = browser_of(anna)

    answer = browser.post(f"{LIST}{first.pk}/reading/", {"go": "1"})
    browser.post(f"{LIST}readings/", {"until": other.pk})

    assert answer.headers["Location"] == f"/desk/tickets/{ticket.number}/"
    assert set(Notice.objects.unread()) == {later}
    assert same.pk not in Notice.objects.unread().values_list("pk", flat=True)


def test_list_runs_the_same_statements_for_one_and_for_thirty(anna):
    browser = browser_of(anna)
    tell(anna, TicketFactory())
    browser.get(LIST)
    one = count_of(lambda: browser.get(LIST))[0]
    for number in range(29):
        tell(anna, TicketFactory(), key=f"n{number}")

    with at_most(one):
        browser.get(LIST)


def test_only_what_is_another_choice_than_usual_is_kept_and_usual_goes_back(anna):
    browser = browser_of(anna)
    page = browser.get(CHOICES).content.decode()
    usual = [part.split('"')[0] for part in page.split('name="wanted" value="')[1:] if " checked" in part.split(">")[0]]
    said = [each for each in usual if not each.startswith("noted/")] + ["queued/email"]

    saved = browser.post(CHOICES, {**QUIET, "wanted": said, "quiet_from": "22:00", "quiet_until": "07:00"})

    assert saved.status_code == 303
    choice = PersonChoice.objects.get(person=anna)
    assert choice.wanted == {"noted": [], "queued": ["desk", "email"]}
    assert str(choice.quiet_from) == "22:00:00"
    browser.post(CHOICES, {**QUIET, "usual": "1"})
    assert PersonChoice.objects.get(person=anna).wanted == {}
    assert [entry.verb for entry in Entry.objects.about(anna)] == ["notices_chosen"] * 2


@pytest.mark.parametrize(
    "spoilt",
    [
        {"quiet_from": "22:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"},
        {"rhythm": "yearly"},
        {"digest_hour": "24"},
    ],
    ids=["no end", "no hours", "rhythm", "hour"],
)
def test_choice_that_is_none_is_refused_with_the_form(anna, spoilt):
    refused = browser_of(anna).post(CHOICES, {**QUIET, "wanted": ["noted/desk"], **spoilt})

    assert refused.status_code == 422
    assert not PersonChoice.objects.exists()


def test_messenger_is_a_column_once_its_address_is_proven(anna):
    gateway = Gateway.objects.create(name="Pager", url="json://x.example/{to}", address_label="Number")
    browser = browser_of(anna)
    assert f"noted/{gateway.channel}" not in browser.get(CHOICES).content.decode()

    Address.objects.create(person=anna, gateway=gateway, value="42", proven_at=timezone.now())

    assert f"noted/{gateway.channel}" in browser.get(CHOICES).content.decode()
