"""The administrator's pages of roles: to read what each may do, and to decide."""

import re

import pytest

from helpdesk.accounts.capabilities import CAPABILITIES, ROLES, Capability, always, capabilities_of, never
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule
from helpdesk.journal.models import Entry
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
ROLES_URL = "/admin/accounts/rolerule/"


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))


def editor_of(role):
    return f"{ROLES_URL}{RoleRule.objects.get(role=role).pk}/change/"


def free(role):
    """What of the role the form may send: what belongs to it is shown and not sent."""
    return sorted(ROLES[role].capabilities - always(role))


def test_page_of_roles_says_of_each_what_it_is_may_do_and_who_has_it(browser):
    StaffFactory(role=Role.SALES)
    StaffFactory(role=Role.SALES, is_active=False)

    page = browser.get(ROLES_URL).content.decode()

    for role in Role:
        assert str(ROLES[role].description).replace("'", "&#x27;") in page
    for capability in Capability:
        assert str(CAPABILITIES[capability].label).replace("'", "&#x27;") in page
    (sales,) = re.findall(r'<li id="role-sales">.*?</li>', page, re.DOTALL)
    assert "1 active person" in sales
    assert "/admin/accounts/user/?role__exact=sales&amp;is_active__exact=1" in sales
    assert page.count("✓") == sum(len(ROLES[role].capabilities) for role in Role)


@pytest.mark.parametrize("role", Role)
def test_editor_shows_what_can_not_be_changed_with_the_reason(browser, role):
    page = browser.get(editor_of(role)).content.decode()

    fixed = set(re.findall(r'value="(\w+)"[^>]* disabled', page))
    assert fixed == {str(each) for each in {*always(role), *never(role)}}
    for reason in never(role).values():
        assert str(reason) in page


def test_decision_holds_for_the_next_request_and_is_journalled(browser, ada):
    anna = browser_of(StaffFactory())
    before = anna.get("/desk/journal/").status_code

    saved = browser.post(editor_of(Role.AGENT), {"capabilities": [*free(Role.AGENT), "see_journal"]})

    entry = Entry.objects.get(verb="rule_changed")
    assert (before, saved.status_code, anna.get("/desk/journal/").status_code) == (403, 303, 200)
    assert (entry.actor_id, entry.door) == (ada.pk, "admin")
    assert set(entry.facts["after"]["capabilities"]) - set(entry.facts["before"]["capabilities"]) == {"see_journal"}
    assert "Changed here" in browser.get(ROLES_URL).content.decode()


def test_second_factor_is_switched_on_for_a_role(browser):
    browser.post(editor_of(Role.AGENT), {"capabilities": free(Role.AGENT), "requires_mfa": "on"})

    rule = RoleRule.objects.get(role=Role.AGENT)
    assert (rule.requires_mfa, rule.capabilities) == (True, None)


@pytest.mark.parametrize(
    ("role", "capability", "words"),
    [
        (Role.CONTRACTOR, "see_all_tickets", "Contractors see nothing but what is granted to them."),
        (Role.AGENT, "configure", "Make the person an administrator instead."),
        (Role.CUSTOMER, "see_journal", "Only staff may have this."),
        (Role.CONTRACTOR, "keep_address_book", "Contractors see nothing but what is granted to them."),
    ],
)
def test_what_is_posted_past_the_form_is_refused_with_one_sentence(browser, role, capability, words):
    refused = browser.post(editor_of(role), {"capabilities": [*free(role), capability]})

    assert refused.status_code == 422
    assert words in re.findall(r'<p id="refusal"[^>]*>(.*?)</p>', refused.content.decode())[0]
    assert RoleRule.objects.get(role=role).version == 0


def test_refused_form_keeps_what_was_chosen(browser):
    asked = [each for each in free(Role.AGENT) if each != "see_customers"]

    page = browser.post(editor_of(Role.AGENT), {"capabilities": asked}).content.decode()

    checked = set(re.findall(r'value="(\w+)"[^>]* checked', page))
    assert checked == {*asked, "enter_desk"}


def test_role_goes_back_to_what_the_program_gives(browser):
    browser.post(editor_of(Role.AGENT), {"capabilities": ["work_tickets"]})
    pk = RoleRule.objects.get(role=Role.AGENT).pk
    browser.get(ROLES_URL)
    between = capabilities_of(Role.AGENT)

    back = browser.post(f"{ROLES_URL}{pk}/defaults/")

    browser.get(ROLES_URL)
    assert (back.status_code, between) == (303, {"enter_desk", "work_tickets"})
    assert capabilities_of(Role.AGENT) == ROLES[Role.AGENT].capabilities


@pytest.mark.parametrize("role", [Role.LINE_LEAD, Role.CONTRACTOR, Role.CUSTOMER_MANAGER])
def test_nobody_else_comes_near(role):
    other = browser_of((UserFactory if role == Role.CUSTOMER_MANAGER else StaffFactory)(role=role))

    for path in (ROLES_URL, editor_of(role), f"{ROLES_URL}1/defaults/"):
        assert other.get(path)["Location"].startswith("/admin/login/")
        other.post(path, {"capabilities": ["enter_desk", "configure"]})
    assert not RoleRule.objects.exclude(version=0).exists()


def test_rule_that_is_not_there_is_404(browser):
    for key in ("999999", "x"):
        assert browser.get(f"{ROLES_URL}{key}/change/").status_code == 404
