"""Merging at the desk: the question, the two pages, the lists."""

import pytest

from tests.factories import (
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    TicketFactory,
    UserFactory,
)
from tests.htmx import HTMX, tree
from tests.statements import count_of
from tickets.actions.conversation import reply
from tickets.actions.merging import merge, unmerge
from tickets.enums import Approval, Status
from tickets.models import Message, Ticket


@pytest.fixture
def jonas(clara):
    return UserFactory(name="Jonas Weber", email="jonas@nordlicht.example", organisation=clara.organisation)


@pytest.fixture
def target(clara):
    ticket = TicketFactory(requester=clara, subject="Basket empty")
    MessageFactory(ticket=ticket, text="Words of Clara", html="")
    return ticket


@pytest.fixture
def source(jonas, target):
    ticket = TicketFactory(requester=jonas, subject="Basket broken")
    MessageFactory(ticket=ticket, text="Words of Jonas", html="")
    return ticket


@pytest.fixture
def merged(anna, source, target):
    merge(source=source, target=target, by=anna)
    return source


def url_of(ticket, part=""):
    return f"/desk/tickets/{ticket.number}/{part}"


def text_of(response):
    return " ".join(tree(response.content.decode()).text_content().split())


def test_question_shows_both_tickets_and_changes_nothing(desk, source, target):
    response = desk.get(url_of(source, "merge/"), {"into": f" #{target.number} "})

    text = text_of(response)
    assert [word in text for word in ("Basket empty", "Basket broken", "Clara Weiss", "Jonas Weber")] == [True] * 4
    assert "confirmed" not in response.content.decode()
    assert not Ticket.objects.filter(merged_into__isnull=False).exists()


def test_merging_leads_to_the_other_ticket(desk, source, target):
    response = desk.post(url_of(source, "merge/"), {"into": target.number})

    source.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, url_of(target))
    assert source.merged_into == target


@pytest.mark.parametrize("word", ["", "x", "99999999", "9" * 40])
def test_merging_into_no_ticket_is_refused_with_what_was_typed(desk, source, word):
    response = desk.post(url_of(source, "merge/"), {"into": word})

    assert response.status_code == 422
    assert "There is no ticket with that number that you can see." in text_of(response)


def test_merging_into_another_organisation_is_refused_before_it_is_asked(desk, source):
    other = TicketFactory(requester=UserFactory(organisation=OrganisationFactory()), subject="Theirs")

    text = text_of(desk.get(url_of(source, "merge/"), {"into": other.number}))

    assert "different organisations" in text
    assert "Theirs" not in text


def test_merging_people_who_are_not_colleagues_has_to_be_confirmed(desk, source, sergei):
    other = TicketFactory(requester=sergei)
    asked = desk.get(url_of(source, "merge/"), {"into": other.number})
    unconfirmed = desk.post(url_of(source, "merge/"), {"into": other.number})

    confirmed = desk.post(url_of(source, "merge/"), {"into": other.number, "confirmed": "on"})

    assert 'name="confirmed"' in asked.content.decode()
    assert (unconfirmed.status_code, confirmed.status_code) == (422, 303)


def test_contractor_is_not_shown_where_a_ticket_they_see_was_merged(browse, oleg, merged, target):
    Ticket.objects.filter(pk=merged.pk).update(team=oleg.grants.get().team)
    other = TicketFactory(team=oleg.grants.get().team)
    browser = browse(oleg)

    page, question = browser.get(url_of(merged)), browser.get(url_of(other, "merge/"), {"into": merged.number})

    assert "merged into one that you cannot see" in text_of(page)
    for response in (page, question):
        assert target.subject not in response.content.decode()


def test_contractor_does_not_read_a_merged_ticket_they_do_not_see(browse, oleg, merged, target):
    Ticket.objects.filter(pk=target.pk).update(team=oleg.grants.get().team)

    text = text_of(browse(oleg).get(url_of(target)))

    assert ("Words of Clara" in text, "Words of Jonas" in text, "Basket broken" in text) == (True, False, False)


def test_conversation_holds_both_in_order_of_arrival_with_the_others_marked(desk, merged, target):
    MessageFactory(ticket=target, text="Later of Clara", html="")

    page = tree(desk.get(url_of(target)).content.decode())

    messages = [" ".join(each.text_content().split()) for each in page.cssselect("article.message")]
    found = [
        (word in message, f"from {merged.number}" in message)
        for word, message in zip(("Words of Clara", "Words of Jonas", "Later of Clara"), messages, strict=True)
    ]
    assert found == [(True, False), (True, True), (True, False)]


def test_answer_is_shown_once_with_everybody_who_got_it(anna, desk, merged, target):
    reply(ticket=target, by=anna, text="It works again.")

    text = text_of(desk.get(url_of(target)))

    assert text.count("It works again.") == 1
    assert "replied to Clara Weiss, Jonas Weber" in text


def test_composer_lists_everybody_who_gets_the_answer_once(desk, clara, merged, target):
    ParticipantFactory(ticket=merged, user=UserFactory(name="Piotr"))
    ParticipantFactory(ticket=merged, user=clara)
    ParticipantFactory(ticket=merged, user=UserFactory(name="Removed"), is_active=False)

    page = tree(desk.get(url_of(target)).content.decode())

    chips = [each.text_content().strip() for each in page.cssselect("#recipients .chip")]
    assert sorted(chips) == ["Clara Weiss", "Jonas Weber", "Piotr"]


@pytest.mark.parametrize("number", [1, 3])
def test_page_with_merged_tickets_runs_one_statement_more(anna, desk, jonas, target, number):
    for _ in range(number):
        source = TicketFactory(requester=jonas)
        MessageFactory(ticket=source)
        merge(source=source, target=target, by=anna)
    desk.get(url_of(target))

    count, statements = count_of(lambda: desk.get(url_of(target)))

    assert count <= 15, statements


def test_merged_ticket_says_where_it_went_and_is_not_worked(desk, merged, target):
    page = tree(desk.get(url_of(merged)).content.decode())

    assert f"Go on there: {target.number}" in page.text_content()
    assert page.cssselect("#composer, select[name=status]") == []
    assert len(page.cssselect(f'form[action="{url_of(merged, "unmerge/")}"]')) == 1


def test_unmerging_leads_back_to_the_ticket(desk, merged):
    response = desk.post(url_of(merged, "unmerge/"))

    merged.refresh_from_db()
    assert (response.status_code, response["Location"], merged.merged_into) == (303, url_of(merged), None)


def sent_from(page, ticket, **fields):
    """The reply form of a page that was opened before, filled in."""
    form = tree(page.content.decode()).get_element_by_id("composer")
    values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return form.get("action"), {**values, **fields}


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("changed", ["merged here", "let in"])
def test_reply_that_would_reach_others_than_listed_is_refused_with_its_text_and_the_new_list(
    anna, desk, jonas, source, target, headers, changed
):
    address, form = sent_from(desk.get(url_of(target)), target, body="For Clara alone")
    if changed == "merged here":
        merge(source=source, target=target, by=anna)
    else:
        ParticipantFactory(ticket=target, user=jonas)

    refused = desk.post(address, form, headers=headers)
    again = desk.post(*sent_from(refused, target, body="For Clara alone"))

    page = tree(refused.content.decode())
    assert refused.status_code == 422
    assert page.cssselect("#composer_text")[0].text.strip() == "For Clara alone"
    assert [each.text_content() for each in page.cssselect("#recipients .chip")] == ["Clara Weiss", "Jonas Weber"]
    assert "Others would get this answer too by now" in page.get_element_by_id("composer").text_content()
    assert (again.status_code, Message.objects.filter(kind="reply", ticket=target).count()) == (303, 1)


def test_reply_that_reaches_fewer_than_listed_is_sent(anna, desk, merged, target):
    address, form = sent_from(desk.get(url_of(target)), target, body="For both", cc="boss@shop.example")
    unmerge(source=merged, by=anna)

    response = desk.post(address, form)

    assert response.status_code == 303
    assert list(Message.objects.filter(kind="reply").values_list("ticket", flat=True)) == [target.pk]


def test_reply_sent_once_more_after_the_ticket_was_merged_is_still_one_reply(anna, desk, source, target):
    address, form = sent_from(desk.get(url_of(source)), source, body="Once")
    desk.post(address, form)
    merge(source=source, target=target, by=anna)

    again = desk.post(address, form)

    assert (again.status_code, Message.objects.filter(text="Once").count()) == (303, 1)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_reply_typed_while_its_ticket_was_merged_keeps_its_text_and_goes_on_to_the_other(
    anna, desk, source, target, headers
):
    address, form = sent_from(desk.get(url_of(source)), source, body="Typed for an hour")
    merge(source=source, target=target, by=anna)

    refused = desk.post(address, form, headers=headers)
    assert not Message.objects.filter(text="Typed for an hour").exists()
    further, form = sent_from(refused, source, body="Typed for an hour")
    sent = desk.post(further, form)

    page = tree(refused.content.decode())
    assert refused.status_code == 422
    assert page.cssselect("#composer_text")[0].text.strip() == "Typed for an hour"
    assert page.get_element_by_id("composer").get("hx-post") is None
    assert [each.text_content() for each in page.cssselect("#recipients .chip")] == ["Clara Weiss", "Jonas Weber"]
    assert "go on there" in page.get_element_by_id("composer").text_content()
    assert (further, sent.status_code, sent["Location"]) == (url_of(target, "replies/"), 303, url_of(target))
    assert set(Message.objects.filter(kind="reply").values_list("ticket", flat=True)) == {source.pk, target.pk}


def test_contractor_is_told_how_many_more_get_the_answer_and_not_of_which_ticket(browse, merged, oleg, target):
    Ticket.objects.filter(pk=target.pk).update(team=oleg.grants.get().team)
    browser = browse(oleg)

    page = browser.get(url_of(target))
    sent = browser.post(*sent_from(page, target, body="For both"))

    document = tree(page.content.decode())
    assert [each.text_content() for each in document.cssselect("#recipients .chip")] == ["Clara Weiss", "1 person more"]
    words = (str(merged.number), "Jonas", "Basket broken")
    assert [word for word in words if word in document.text_content()] == []
    assert (sent.status_code, Message.objects.filter(kind="reply").count()) == (303, 2)


def test_lists_leave_a_merged_ticket_out_and_search_finds_it(anna, desk, clara, merged, target):
    reply(ticket=target, by=anna, text="Findable answer", then=Status.OPEN)

    listed = text_of(desk.get("/desk/tickets/"))
    searched = text_of(desk.get("/desk/search/", {"q": "Findable answer"}))

    assert ("Basket empty" in listed, "Basket broken" in listed) == (True, False)
    assert "Basket broken" in searched


def test_held_message_is_decided_on_the_page_of_the_other_ticket(desk, merged, sergei, target):
    held = MessageFactory(ticket=merged, author=sergei, approval=Approval.PENDING)

    response = desk.post(f"/desk/messages/{held.pk}/approval/")

    held.refresh_from_db()
    assert (response.status_code, response["Location"], held.approval) == (303, url_of(target), Approval.APPROVED)
