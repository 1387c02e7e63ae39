"""What an open page is told once its session has ended."""

import pytest

SIDE = "/desk/tickets/7/"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("open_page", "led_to"),
    [
        ("http://testserver/desk/tickets/7/?view=mine", "/accounts/login/?next=/desk/tickets/7/%3Fview%3Dmine"),
        ("https://evil.example/desk/", "/accounts/login/?next=/"),
        ("", "/accounts/login/?next=/"),
    ],
)
def test_part_of_a_page_when_its_session_has_ended_then_the_page_stands_and_says_so(
    client, db, method, open_page, led_to
):
    answer = getattr(client, method)(SIDE, headers={"HX-Request": "true", "HX-Current-URL": open_page})

    assert answer.status_code == 401
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#toasts", "innerHTML")
    assert "You are signed out, so this page stands still. What you were writing is kept." in answer.content.decode()
    assert f'href="{led_to}"' in answer.content.decode()


def test_part_of_a_page_when_its_session_has_ended_then_it_is_told_in_the_language_of_the_browser(client, db):
    answer = client.get(SIDE, headers={"HX-Request": "true", "Accept-Language": "ru"})

    assert "Войти" in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Boosted": "true"}])
def test_whole_page_when_nobody_is_signed_in_then_it_leads_to_the_entrance(client, db, headers):
    answer = client.get(SIDE, headers=headers)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={SIDE}")
