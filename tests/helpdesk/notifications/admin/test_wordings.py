"""Wordings: written, previewed with examples in their own language, called by what they are about."""

import pytest

from helpdesk.notifications.models import Wording
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db
ADD = "/admin/notifications/wording/add/"


def write(browser, **fields):
    said = {"occasion": "noted", "language": "en", "title": "{{ ticket.subject }}", "text": "{{ who }}: {{ words }}"}
    return browser.post(ADD, said | fields | {"_continue": "1"}, follow=True).content.decode()


def test_wording_when_saved_then_previewed_in_its_language_under_the_name_of_its_occasion(ada):
    page = write(browser_of(ada), language="ru")

    assert Wording.objects.get().occasion == "noted"
    assert "A colleague leaves a note" in page
    assert "Anna Orlova: Оплата прошла дважды." in page


@pytest.mark.parametrize(
    "fields", [{"text": "{{ password }}"}, {"title": "{{ ticket.pk }}"}, {"title": ""}], ids=["text", "title", "none"]
)
def test_wording_when_it_names_what_there_is_not_then_refused_with_what_there_is(ada, fields):
    page = write(browser_of(ada), **fields)

    assert not Wording.objects.exists()
    assert "errornote" in page or "errorlist" in page or "text-red" in page
