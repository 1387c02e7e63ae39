"""The personal page of customers."""

from tests.browsers import browser_of
from tests.htmx import tree

URL = "/cabinet/me/"
FORM = {"name": "Clara Weiss-Berg", "language": "en", "time_zone": "", "theme": "light"}


def test_page_when_saved_then_kept_and_no_signature_is_offered_or_taken(clara):
    cabinet = browser_of(clara)
    page = tree(cabinet.get(URL).content.decode())

    response = cabinet.post(URL, FORM | {"signature": "Buy my pills", "role": "administrator"})

    clara.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, f"{URL}?saved")
    assert (clara.name, clara.language, clara.theme, clara.signature) == ("Clara Weiss-Berg", "en", "light", "")
    assert clara.role == "customer_manager"
    assert page.xpath("//*[@id='settings']//*[@name='signature']") == []
    assert page.xpath("//div[@class='menu-list']/a/@href") == [URL]
