"""The composer: drafts, files sent ahead, who gets it, taking back, sending later."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, ParticipantFactory, StaffFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import at_most
from tickets.actions.files import NewFile, store_files
from tickets.models import Attachment, KeptDraft, Message

KEY = str(uuid4())


@pytest.fixture
def ticket(clara):
    return TicketFactory(requester=clara)


def url_of(ticket, rest=""):
    return f"/desk/tickets/{ticket.number}/{rest}"


def page_of(desk, ticket, kind=""):
    return desk.get(url_of(ticket) + (f"?compose={kind}" if kind else "")).content.decode()


def composer_of(page):
    return tree(page).get_element_by_id("composer")


def form_of(page, **changed):
    """What a browser would send of the composer as it stands."""
    fields = {}
    for each in composer_of(page).xpath(".//input[@name]|.//textarea[@name]|.//select[@name]"):
        kind = each.get("type")
        if kind == "file" or (kind in ("checkbox", "radio") and "checked" not in each.attrib):
            continue
        value = each.text_content().removeprefix("\n") if each.tag == "textarea" else each.value
        fields.setdefault(each.get("name"), []).append(value or "")
    seen = tree(page).get_element_by_id("seen").get("value")
    return fields | {"seen": seen} | changed


def said_in(page):
    return [each.text_content().strip() for each in composer_of(page).xpath(".//ul[@class='field-errors']/li")]


def test_draft_is_on_the_page_of_every_machine_and_costs_it_no_statement(desk, browse, anna, ticket):
    elsewhere, hers = browse(anna), browse(StaffFactory())
    page_of(elsewhere, ticket)

    saved = desk.post(url_of(ticket, "drafts/reply/"), {"body": "Dear Clara", "cc": "b@x.example", "key": KEY}).json()

    assert saved == {"version": 1, "sentence": ""}
    with at_most(14):
        page = page_of(elsewhere, ticket)
    form = form_of(page)
    assert (form["body"], form["cc"], form["draft"]) == (["Dear Clara"], ["b@x.example"], ["1"])
    assert form_of(page_of(desk, ticket, "note"))["body"] == [""]
    assert "Dear Clara" not in page_of(hers, ticket)


def test_saving_from_a_window_that_is_behind_says_so_and_keeps_both(desk, ticket):
    desk.post(url_of(ticket, "drafts/reply/"), {"body": "First window", "key": KEY})

    answer = desk.post(url_of(ticket, "drafts/reply/"), {"body": "Second window", "key": str(uuid4()), "draft": "0"})

    assert answer.json()["sentence"].startswith("You are writing this in another window as well. Both texts are kept")
    page = page_of(desk, ticket)
    assert form_of(page)["body"] == ["First window"]
    assert "Second window" in composer_of(page).text_content()


@pytest.mark.parametrize("garbage", [{"key": "no"}, {"draft": "x"}, {"file": "no key"}, {"body": "\0"}, {}])
def test_saving_garbage_is_never_an_error_of_ours(desk, ticket, garbage):
    assert desk.post(url_of(ticket, "drafts/reply/"), {"body": "Kept"} | garbage).status_code == 200
    assert desk.post(url_of(ticket, "drafts/poem/"), {"body": "Kept"}).status_code == 404


def test_draft_is_discarded_by_its_button(desk, ticket):
    desk.post(url_of(ticket, "drafts/reply/"), {"body": "Away", "key": KEY})
    (button,) = composer_of(page_of(desk, ticket)).xpath(".//button[@formaction]")

    response = desk.post(button.get("formaction"))

    assert (response.status_code, KeptDraft.objects.count()) == (303, 0)


def test_my_page_lists_what_i_begun(desk, anna, ticket):
    desk.post(url_of(ticket, "drafts/note/"), {"body": "Only for us", "key": KEY})
    KeptDraft.objects.create(author=StaffFactory(), ticket=ticket, kind="note", text="Not mine")

    page = desk.get("/desk/me/").content.decode()

    (link,) = tree(page).xpath("//a[@class='me-draft']")
    assert link.get("href") == url_of(ticket, "?compose=note#composer_text")
    assert "Only for us" in link.text_content()


def test_sent_draft_is_gone_from_page_and_fragment_alike(desk, ticket):
    desk.post(url_of(ticket, "drafts/reply/"), {"body": "Dear Clara", "key": KEY})
    before = page_of(desk, ticket)

    with at_most(26):
        response = desk.post(url_of(ticket, "replies/"), form_of(before), headers=HTMX)

    assert shown(applied(before, response, target="composer")) == shown(page_of(desk, ticket))
    assert not KeptDraft.objects.exists()


def test_answer_from_a_page_runs_fifteen_statements(desk, ticket):
    form = form_of(page_of(desk, ticket), body="It works.")
    desk.post(url_of(ticket, "replies/"), {"body": "Warm"})
    form["seen"] = ""
    form["read_to"] = str(Message.objects.latest("pk").pk)

    with at_most(15):
        assert desk.post(url_of(ticket, "replies/"), form).status_code == 303


def test_file_sent_ahead_stays_with_the_draft_and_goes_with_the_answer(desk, ticket):
    sent = desk.post(url_of(ticket, "uploads/"), {"file": SimpleUploadedFile("a.txt", b"words")}).json()
    desk.post(url_of(ticket, "drafts/reply/"), {"body": "", "file": sent["id"], "key": KEY})
    form = form_of(page_of(desk, ticket))
    assert (sent["name"], sent["size"], form["file"]) == ("a.txt", "5 B", [sent["id"]])

    desk.post(url_of(ticket, "replies/"), form)

    assert [file.filename for file in Message.objects.get().attachments.all()] == ["a.txt"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"MZ\x90\x00\x03", "“a.txt” is a program"), (b"x" * 11, "“a.txt” is larger than 0 MB"), (None, "No file came")],
)
def test_refused_file_is_one_sentence(desk, ticket, settings, content, sentence):
    settings.UPLOAD_MAX_BYTES = 10
    files = {"file": SimpleUploadedFile("a.txt", content)} if content else {}

    answer = desk.post(url_of(ticket, "uploads/"), files)

    assert (answer.status_code, Attachment.objects.count()) == (422, 0)
    assert answer.json()["sentence"].startswith(sentence)


def test_file_sent_ahead_is_removed(desk, browse, ticket):
    key = desk.post(url_of(ticket, "uploads/"), {"file": SimpleUploadedFile("a.txt", b"words")}).json()["id"]
    removal = url_of(ticket, f"uploads/{key}/removal/")

    assert browse(StaffFactory()).post(removal).status_code == 404
    assert desk.post(removal).status_code == 204
    assert not Attachment.objects.exists()


def test_refused_answer_keeps_its_files(desk, ticket):
    key = desk.post(url_of(ticket, "uploads/"), {"file": SimpleUploadedFile("a.txt", b"words")}).json()["id"]

    page = desk.post(url_of(ticket, "replies/"), {"body": "x", "cc": "no address", "file": key}).content.decode()

    assert form_of(page)["file"] == [key]


def test_answer_goes_to_whom_the_page_listed_and_who_was_left_in(desk, clara, ticket):
    piotr, boss = (ParticipantFactory(ticket=ticket).user for _ in range(2))
    form = form_of(page_of(desk, ticket), body="It works.")
    assert form["recipient"] == [clara.email, piotr.email, boss.email]

    desk.post(url_of(ticket, "replies/"), form | {"recipient": [clara.email, boss.email]})

    assert set(Delivery.objects.values_list("recipient", flat=True)) == {clara.email, boss.email}
    assert form_of(page_of(desk, ticket))["recipient"] == form["recipient"]


def test_answer_that_would_reach_somebody_unlisted_is_asked_about_first(desk, ticket):
    form = form_of(page_of(desk, ticket), body="It works.")
    new = ParticipantFactory(ticket=ticket).user

    refused = desk.post(url_of(ticket, "replies/"), form)

    page = refused.content.decode()
    assert (refused.status_code, Message.objects.count()) == (422, 0)
    assert said_in(page) == ["Others would get this answer too by now: look at the list of people, then send it again."]
    desk.post(url_of(ticket, "replies/"), form_of(page))
    assert Delivery.objects.filter(recipient=new.email).count() == 1


def test_answer_to_nobody_is_refused(desk, ticket):
    form = form_of(page_of(desk, ticket), body="It works.", recipient=[])

    page = desk.post(url_of(ticket, "replies/"), form).content.decode()

    assert said_in(page) == ["Nobody would get this: keep at least one recipient, or write a note."]
    assert form_of(page)["body"] == ["It works."]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_answer_after_somebody_elses_shows_theirs_first_and_then_goes(desk, ticket, headers):
    before = page_of(desk, ticket)
    boris = StaffFactory(name="Boris")
    MessageFactory(ticket=ticket, kind="reply", author=boris, text="Done already", html="")

    refused = desk.post(url_of(ticket, "replies/"), form_of(before, body="Me too"), headers=headers)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert said_in(page) == [
        "Boris wrote just now, after this page was opened: read it, then send this again if it still fits."
    ]
    assert "Done already" in page
    answer = form_of(page)
    assert answer["body"] == ["Me too"]
    assert desk.post(url_of(ticket, "replies/"), answer, headers=headers).status_code in (200, 303)
    assert Message.objects.filter(text="Me too").count() == 1


def test_send_and_resolve_is_one_click(desk, ticket):
    desk.post(url_of(ticket, "replies/"), form_of(page_of(desk, ticket), body="Done.", resolve="1"))

    ticket.refresh_from_db()
    assert (ticket.status, Message.objects.get().text) == ("resolved", "Done.")


def test_sent_answer_can_be_taken_back_for_its_seconds(desk, browse, settings, ticket):
    settings.SEND_UNDO_SECONDS = 10
    before = page_of(desk, ticket)
    response = desk.post(url_of(ticket, "replies/"), form_of(before, body="Too soon", cc="b@x.example"), headers=HTMX)
    page = page_of(desk, ticket)
    assert shown(applied(before, response, target="composer")) == shown(page)
    (form,) = tree(page).xpath("//form[@data-vanishes]")
    assert "data-vanishes" not in page_of(browse(StaffFactory()), ticket)

    back = desk.post(form.get("action"))

    assert (back.status_code, back["Location"]) == (303, url_of(ticket, "?compose=reply#composer_text"))
    again = form_of(page_of(desk, ticket))
    assert (again["body"], again["cc"]) == (["Too soon"], ["b@x.example"])
    assert desk.post(form.get("action")).status_code == 404


def test_answer_that_is_gone_says_so(desk, settings, ticket):
    settings.SEND_UNDO_SECONDS = 10
    desk.post(url_of(ticket, "replies/"), {"body": "Gone"})
    Message.objects.update(held_until=timezone.now())

    response = desk.post(f"/desk/messages/{Message.objects.get().pk}/taking-back/")

    assert response.status_code == 422
    assert "It is already gone: it can no longer be taken back." in response.content.decode()


def test_answer_for_later_stands_below_the_conversation_until_its_time(desk, anna, ticket):
    anna.time_zone = "Asia/Tokyo"
    anna.save()
    day = timezone.localdate() + timedelta(days=3)
    form = form_of(page_of(desk, ticket), body="Good morning", later="1", send_at=f"{day}T09:00")

    response = desk.post(url_of(ticket, "replies/"), form)

    draft = KeptDraft.objects.get()
    assert (response.status_code, Message.objects.count()) == (303, 0)
    assert draft.send_at == datetime.fromisoformat(f"{day}T09:00+09:00")
    one = tree(page_of(desk, ticket)).get_element_by_id("planned")
    assert "Good morning" in one.text_content()
    assert one.xpath(".//input[@name='send_at']/@value") == [f"{day}T09:00"]
    assert desk.post(f"/desk/planned/{draft.pk}/", {"send_at": f"{day}T10:00"}).status_code == 303
    assert desk.post(f"/desk/planned/{draft.pk}/", {"send_at": "soon"}).status_code == 422
    draft.refresh_from_db()
    assert draft.send_at == datetime.fromisoformat(f"{day}T10:00+09:00")
    desk.post(f"/desk/planned/{draft.pk}/removal/")
    assert form_of(page_of(desk, ticket))["body"] == ["Good morning"]


@pytest.mark.parametrize(
    ("send_at", "sentence"),
    [("", "Choose a date and a time."), ("x", "Choose a date and a time."), ("2020-01-01T09:00", "This time is over")],
)
def test_answer_for_no_time_is_refused_with_its_text(desk, ticket, send_at, sentence):
    form = form_of(page_of(desk, ticket), body="Kept", later="1", send_at=send_at)

    page = desk.post(url_of(ticket, "replies/"), form).content.decode()

    assert said_in(page)[0].startswith(sentence)
    assert form_of(page)["body"] == ["Kept"]


@pytest.mark.parametrize("history", ["with", "without"])
def test_forward_takes_along_what_was_chosen(desk, ticket, history):
    message = MessageFactory(ticket=ticket)
    one, two = store_files(
        message=message, files=[NewFile(f"{name}.txt", b"x", "text/plain") for name in "ab"], by=None
    )
    with at_most(15):
        page = page_of(desk, ticket, "forward")
    form = form_of(page, to="it@other.example", history=history, body="See")
    assert form["chosen"] == [str(one.pk), str(two.pk)]

    desk.post(url_of(ticket, "forwards/"), form | {"chosen": [str(two.pk)]})

    flags = Message.objects.latest("pk").flags
    assert (flags["chosen"], flags.get("without_history", False)) == ([str(two.pk)], history == "without")


def test_preview_is_what_the_message_would_be(desk):
    answer = desk.post("/desk/preview/", {"body": "**Bold** <script>"})

    assert answer.content.decode().strip() == "<p><strong>Bold</strong> &lt;script&gt;</p>"
    assert "Nothing is written yet." in desk.post("/desk/preview/").content.decode()
