"""Forms that wait for a proof."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts.enums import Role
from helpdesk.accounts.holding import LONGEST
from helpdesk.accounts.stepping_up import PROOF_SECONDS
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence of hers"
PROOF, HELD = "/accounts/proof/", "/accounts/proof/held/"
TO_THE_FORM, TO_THE_PAGE = f"{PROOF}?next=%2Faccounts%2Fproof%2Fheld%2F%3Fkey%3D", f"{PROOF}?next=%2Fadmin%2Fpage%2F"


@pytest.fixture
def browser():
    return browser_of(StaffFactory(name="Ada", role=Role.ADMINISTRATOR, password=PASSWORD))


@pytest.fixture
def anna():
    return StaffFactory(name="Anna")


@pytest.fixture
def leaving(anna):
    return f"/admin/accounts/user/{anna.pk}/leaving/"


def sent(browser, path, **said):
    """The form was sent without a proof: where it waits."""
    asked = browser.post(path, said, headers={"Referer": "http://testserver/admin/page/"})["Location"]
    return f"{HELD}?key={asked.removeprefix(TO_THE_FORM)}"


def test_form_that_goes_on_does_what_it_said_and_waits_no_more(browser, anna, leaving):
    there = sent(browser, leaving, reason="she <left>")
    proof = browser.post(PROOF, {"password": PASSWORD, "next": there})
    page = browser.get(proof["Location"])

    done = browser.post(leaving, {"reason": "she <left>"})
    again = browser.get(there)

    assert 'name="reason" value="she &lt;left&gt;"' in page.content.decode()
    assert 'href="/admin/page/"' in page.content.decode()
    anna.refresh_from_db()
    assert (done.status_code, anna.is_active, again.status_code) == (303, False, 410)


def test_page_asks_for_the_proof_itself(browser, leaving):
    there = sent(browser, leaving, reason="she left")

    answer = browser.get(there)

    assert (answer.status_code, answer["Location"].split("?")[0]) == (303, PROOF)
    assert answer["Location"].startswith(TO_THE_FORM)


@pytest.mark.parametrize("key", ["", "?key=", "?key=another"])
def test_nothing_is_shown_without_the_key(browser, leaving, key):
    sent(browser, leaving, reason="she left")

    answer = proved(browser).get(f"{HELD}{key}")

    assert answer.status_code == 410
    assert "she left" not in answer.content.decode()


def test_form_of_another_person_is_not_shown(browser, leaving):
    there = sent(browser, leaving, reason="she left")
    session = browser.session
    session["held"] |= {"user": 0}
    session.save()

    assert proved(browser).get(there).status_code == 410


def test_form_that_waited_too_long_is_not_shown(browser, leaving):
    there = sent(browser, leaving, reason="she left")
    session = browser.session
    session["held"] |= {"at": session["held"]["at"] - PROOF_SECONDS}
    session.save()

    assert proved(browser).get(there).status_code == 410


def test_session_keeps_it_sealed(browser, leaving):
    sent(browser, leaving, reason="she left")

    assert "she left" not in str(dict(browser.session))


def test_too_much_is_not_kept_and_leads_to_its_page(browser, leaving):
    long, with_file = {"reason": "x" * LONGEST}, {"reason": SimpleUploadedFile("a.txt", b"a")}

    answers = [
        browser.post(leaving, said, headers={"Referer": "http://testserver/admin/page/"}) for said in (long, with_file)
    ]

    assert [answer["Location"] for answer in answers] == [TO_THE_PAGE] * 2
    assert "held" not in browser.session


@pytest.mark.parametrize("referer", ["http://evil.example/x", "http://testserver//evil.example", ""])
def test_way_back_never_leads_elsewhere(browser, leaving, referer):
    asked = browser.post(leaving, {"reason": "she left"}, headers={"Referer": referer})["Location"]

    page = proved(browser).get(f"{HELD}?key={asked.removeprefix(TO_THE_FORM)}")

    assert '<a class="link" href="/">' in page.content.decode()
    assert "evil" not in page.content.decode()
