"""The desk in a real browser: what an agent does all day, by mouse and by keyboard, with and without JavaScript."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import (
    assert_same_after_reload,
    find_ticket,
    look,
    message,
    seen_after_reload,
    send,
    set_to,
    settled,
)
from tests.browser.letters import SERGEI, letter, word
from tests.browser.program import Program
from tests.browser.visitors import Watch

Opened = Callable[..., str]


def rows(page: Page) -> list[str]:
    return page.locator(".rows .row-subject").all_inner_texts()


def number(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def test_list_when_views_and_filters_are_clicked_then_the_address_tells_it_all(anna: Page) -> None:
    anna.goto("/desk/tickets/")
    anna.get_by_role("link", name=re.compile("^Unassigned")).click()
    anna.wait_for_url("**/desk/tickets/?view=unassigned*")
    settled(anna)
    anna.get_by_role("link", name="filter", exact=True).click()
    anna.locator("#filter").get_by_role("group", name="Priority", exact=True).get_by_label("Low").check()
    anna.get_by_role("button", name="Show", exact=True).click()
    expect(anna.locator(".chip-text", has_text="Low")).to_be_visible()
    settled(anna)
    clicked = rows(anna)
    asked = parse_qs(urlsplit(anna.url).query)

    anna.reload()

    assert asked == {"view": ["unassigned"], "priority": ["low"]}
    assert rows(anna) == clicked
    assert "Request for a training session" in clicked

    anna.get_by_role("link", name="Remove Priority").click()
    expect(anna.locator(".chip-text", has_text="Low")).to_have_count(0)
    more = rows(anna)
    anna.go_back()
    expect(anna.locator(".chip-text", has_text="Low")).to_be_visible()

    assert len(more) > len(clicked)
    assert rows(anna) == clicked


def test_list_when_saved_as_a_view_then_it_stands_in_the_rail_until_it_is_deleted(anna: Page) -> None:
    name = f"Low and waiting {word()}"
    anna.goto("/desk/tickets/?priority=low&view=unassigned")
    anna.get_by_role("link", name="save as a view").click()
    anna.get_by_label("Name", exact=True).fill(name)
    anna.keyboard.press("Enter")
    anna.wait_for_url("**/desk/tickets/?view=unassigned&priority=low")
    current = anna.locator("#rail-menu [aria-current=page]")
    expect(current.locator(".nav-label")).to_have_text(name)
    expect(anna.get_by_role("heading", level=1)).to_have_text(name)

    anna.get_by_role("link", name="Remove Priority").click()
    expect(current).to_contain_text("Unassigned")
    settled(anna)
    assert_same_after_reload(anna)
    expect(current).to_contain_text("Unassigned")

    anna.get_by_role("link", name=name).click()
    anna.get_by_role("link", name="change this view").click()
    anna.get_by_role("link", name="Delete the view").click()
    anna.get_by_role("button", name="Delete the view").click()
    anna.wait_for_url("**/desk/tickets/")
    expect(anna.get_by_role("link", name=name)).to_have_count(0)


def test_list_when_walked_by_keys_then_enter_opens_and_r_writes(anna: Page) -> None:
    anna.goto("/desk/tickets/")
    subjects = rows(anna)

    anna.keyboard.press("j")
    anna.keyboard.press("j")
    anna.keyboard.press("j")
    anna.keyboard.press("k")

    expect(anna.locator(":focus")).to_have_text(subjects[1])
    anna.keyboard.press("Enter")
    anna.wait_for_url(re.compile(r"/desk/tickets/\d+/"))
    expect(anna.get_by_role("heading", level=1)).to_have_text(subjects[1])
    anna.keyboard.press("r")
    expect(anna.locator("#composer textarea")).to_be_focused()
    anna.keyboard.type("jk?")
    expect(anna.locator("#composer textarea")).to_have_value("jk?")


def test_desk_when_question_mark_is_pressed_then_the_shortcuts_are_told(anna: Page) -> None:
    anna.goto("/desk/tickets/")

    anna.keyboard.press("?")

    expect(anna.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    anna.keyboard.press("Escape")
    expect(anna.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    anna.keyboard.press("/")
    expect(anna.get_by_role("searchbox", name="Search")).to_be_focused()


def test_reply_when_sent_then_it_stands_there_without_a_reload_and_after_one(opened: Opened, anna: Page) -> None:
    anna.goto(opened())
    anna.evaluate("window.isStillHere = true")
    anna.locator("#composer textarea").fill("The basket was **full**, look again.")

    send(anna, "Send")

    expect(message(anna, "look again").locator("strong")).to_have_text("full")
    expect(anna.locator("#composer textarea")).to_have_value("")
    expect(anna.locator("#head .status")).to_have_text("Waiting")
    assert anna.evaluate("window.isStillHere") is True
    assert_same_after_reload(anna)


def test_note_when_written_then_it_looks_otherwise_than_a_reply(opened: Opened, anna: Page) -> None:
    anna.goto(opened())
    anna.keyboard.press("m")
    expect(anna.locator("#composer")).to_have_class(re.compile("composer-note"))
    anna.locator("#composer textarea").fill("She never paid a bill.")
    send(anna, "Add note")
    note = message(anna, "never paid")
    expect(note).to_contain_text("Note, staff only")
    anna.keyboard.press("Escape")
    anna.goto(anna.url.partition("?")[0])
    anna.locator("#composer textarea").fill("Dear Clara.")
    send(anna, "Send")

    colours = [
        message(anna, words).evaluate("element => getComputedStyle(element).backgroundColor")
        for words in ("never paid", "Dear Clara")
    ]

    assert colours[0] != colours[1]
    assert_same_after_reload(anna)


def test_ticket_when_its_side_is_set_then_each_change_is_kept(opened: Opened, anna: Page) -> None:
    anna.goto(opened())

    set_to(anna, "Status", "On hold")
    set_to(anna, "Priority", "Urgent")
    set_to(anna, "Team", "Shops")
    set_to(anna, "Assignee", "Maya Fischer")
    anna.locator("#id_tags").fill("basket, urgent-call")
    with anna.expect_response("**/tags/"):
        anna.locator("form", has=anna.locator("#id_tags")).get_by_role("button", name="Set").click()
    settled(anna)

    expect(anna.locator("#head .status")).to_have_text("On hold")
    expect(anna.locator("#head .tag")).to_have_text(["basket", "urgent-call"])
    assert_same_after_reload(anna)
    assert dict(choice.split("=") for choice in look(anna)["chosen"] if "then" not in choice).keys() == {
        "status", "priority", "assignee", "team", "person", "kind",
    }  # fmt: skip
    for name, label in (("Status", "On hold"), ("Priority", "Urgent"), ("Assignee", "Maya Fischer"), ("Team", "Shops")):
        chosen = anna.locator("#side").get_by_label(name, exact=True).locator("option:checked")
        expect(chosen).to_have_text(label)


def test_ticket_when_taken_by_a_key_then_it_is_mine(opened: Opened, anna: Page) -> None:
    anna.goto(opened())

    with anna.expect_response("**/assignment/"):
        anna.keyboard.press("a")
    settled(anna)

    expect(anna.get_by_label("Assignee", exact=True).locator("option:checked")).to_have_text("Anna Orlova")
    expect(anna.get_by_role("button", name="Take it")).to_have_count(0)
    assert_same_after_reload(anna)


def test_forward_when_sent_then_the_ticket_tells_to_whom(opened: Opened, anna: Page) -> None:
    anna.goto(opened())
    anna.get_by_role("link", name="Forward", exact=True).click()
    anna.locator("#composer input[name=to]").fill("printer@maker.example")
    anna.locator("#composer textarea").fill("Is this yours?")

    send(anna, "Forward")

    expect(message(anna, "Is this yours?")).to_contain_text("forwarded to printer@maker.example")
    assert_same_after_reload(anna)


def test_reply_when_somebody_is_copied_then_they_are_named(opened: Opened, anna: Page) -> None:
    anna.goto(opened())
    anna.locator("#composer textarea").fill("Jonas should know.")
    anna.locator("#composer input[name=cc]").fill("jonas@shop.example")

    send(anna, "Send")

    expect(message(anna, "Jonas should know")).to_contain_text("jonas@shop.example")
    assert_same_after_reload(anna)


def test_new_ticket_when_a_customer_phones_then_it_is_written_down(anna: Page) -> None:
    subject = f"The till is locked {word()}"
    anna.goto("/desk/tickets/")
    anna.keyboard.press("n")
    anna.wait_for_url("**/desk/tickets/new/")
    expect(anna.locator("input[name=email]")).to_be_focused()
    anna.locator("input[name=email]").fill("clara@shop.example")
    anna.locator("input[name=subject]").fill(subject)
    anna.locator("textarea[name=body]").fill("She called at nine.")
    anna.get_by_role("button", name="Open the ticket").click()
    anna.wait_for_url(re.compile(r"/desk/tickets/\d+/$"))

    expect(anna.get_by_role("heading", level=1)).to_have_text(subject)
    expect(anna.locator("#side")).to_contain_text("Clara Weiss")
    expect(message(anna, "She called at nine.")).to_contain_text("by phone")


def test_message_when_moved_and_moved_back_then_it_is_where_it_was(opened: Opened, anna: Page) -> None:
    target = opened()
    source = opened(text="This one is misplaced.")
    anna.goto(source)
    message(anna, "misplaced").get_by_role("link", name="move", exact=True).click()
    anna.get_by_label("To the ticket number").fill(number(target))
    anna.get_by_role("button", name="Move", exact=True).click()
    anna.wait_for_url(f"**{target}#*")
    expect(message(anna, "misplaced")).to_contain_text(f"moved here from {number(source)}")

    message(anna, "misplaced").get_by_role("button", name="undo").click()

    expect(message(anna, "misplaced")).to_have_count(0)
    anna.goto(source)
    expect(message(anna, "misplaced")).to_have_count(1)


def test_held_message_when_let_in_then_its_sender_takes_part(opened: Opened, anna: Page, program: Program) -> None:
    subject = f"The basket is empty {word()}"
    first = letter(subject)
    program.take(first)
    path = find_ticket(anna, subject)
    program.take(letter(f"Re: {subject}", "I am the new partner.", sender=SERGEI, answers=first))
    anna.goto(path)
    seen_after_reload(anna, lambda: expect(anna.locator("#head")).to_contain_text("Waits for approval", timeout=500))
    held = message(anna, "new partner")
    expect(held).to_contain_text("Held back")

    with anna.expect_response("**/approval/"):
        held.get_by_role("button", name="Let in").click()
    settled(anna)

    expect(message(anna, "new partner")).not_to_contain_text("Held back")
    expect(anna.locator("#head")).not_to_contain_text("Waits for approval")
    expect(anna.locator("#recipients")).to_contain_text("Sergei Petrov")
    assert_same_after_reload(anna)


def test_desk_when_there_is_no_javascript_then_bare_forms_do_the_work(
    opened: Opened, window: Callable[..., Page]
) -> None:
    path = opened()
    plain = window("Anna", java_script_enabled=False)
    plain.goto(path)

    plain.locator("#composer textarea").fill("Sent by a bare form.")
    plain.get_by_role("button", name="Send", exact=True).click()
    expect(message(plain, "Sent by a bare form.")).to_be_visible()
    assert urlsplit(plain.url).path == path
    status = plain.locator("form.setting", has=plain.locator("select[name=status]"))
    status.locator("select").select_option("resolved")
    status.get_by_role("button", name="Set").click()

    expect(plain.locator("#head .status")).to_have_text("Resolved")
    assert urlsplit(plain.url).path == path
    plain.goto("/desk/tickets/?status=any")
    plain.locator("a.row-subject").first.click()
    expect(plain.locator("#timeline")).to_be_visible()


HOSTILE = """
<html><head><meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css"><style>@import url(https://evil.example/b.css);
.x { background: url(https://evil.example/c.png); position: fixed; inset: 0 }</style></head>
<body onload="alert(1)" background="https://evil.example/d.png">
<script>alert(2)</script><img src=x onerror="alert(3)"><svg onload="alert(4)"><script>alert(5)</script></svg>
<img src="https://evil.example/pixel.gif" srcset="https://evil.example/e.png 2x">
<iframe srcdoc="<script>alert(6)</script>"></iframe><object data="https://evil.example/f.swf"></object>
<video poster="https://evil.example/g.png"><source src="https://evil.example/h.mp4"></video>
<form action="https://evil.example/" method="post"><input name="password" autofocus onfocus="alert(7)"></form>
<a href="javascript:alert(8)">click me</a><div class="x" style="background:url(https://evil.example/i.png)">cover</div>
<math><mtext><style><img src=x onerror=alert(9)></style></mtext></math>
<div hx-get="/desk/tickets/" hx-trigger="load" data-hotkey="r">harmless words</div>
</body></html>
"""


def test_mail_when_its_html_is_hostile_then_nothing_runs_and_nobody_is_told(
    opened: Opened, anna: Page, watch: Watch
) -> None:
    path = opened(text="harmless words", html=HOSTILE)
    anna.goto(path)
    expect(message(anna, "harmless words")).to_be_visible()
    for link in message(anna, "harmless words").locator(".prose a").all():
        assert (link.get_attribute("href") or "").startswith(("https://", "http://", "mailto:", ""))
        assert "javascript" not in (link.get_attribute("href") or "")
    anna.wait_for_timeout(300)

    with anna.expect_popup() as popup:
        anna.get_by_role("link", name="original", exact=True).click()
    original = popup.value
    original.wait_for_load_state("networkidle")

    expect(original.get_by_text("harmless words")).to_be_visible()
    policy = original.request.get(original.url).headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert original.locator("script, iframe, object, form, meta[http-equiv]").count() == 0
    assert original.url.startswith(watch.home)
    assert (watch.dialogs, watch.strangers) == ([], [])


def test_pictures_from_afar_when_not_asked_for_then_none_is_fetched_and_when_asked_for_then_they_are(
    opened: Opened, anna: Page, watch: Watch
) -> None:
    path = opened(
        text="our banner", html='<p>our banner</p><img src="https://pictures.example/banner.png" alt="banner">'
    )
    anna.goto(path)
    expect(message(anna, "our banner")).to_be_visible()
    anna.wait_for_load_state("networkidle")
    before = list(watch.strangers)
    anna.context.route("https://pictures.example/**", lambda route: route.fulfill(status=204))

    with anna.expect_popup() as popup:
        anna.get_by_role("link", name="show pictures", exact=True).click()
    popup.value.wait_for_load_state("networkidle")
    asked_for, watch.strangers[:] = list(watch.strangers), []

    assert before == []
    assert asked_for == ["https://pictures.example/banner.png"]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("page.html", "text/html"),
        ("picture.svg", "image/svg+xml"),
        ("note.txt", "text/plain"),
        ("Счёт №5.pdf", "application/pdf"),
    ],
)
def test_attachment_when_followed_then_it_is_a_download(
    anna: Page, program: Program, name: str, content_type: str
) -> None:
    subject = f"With a file {word()}"
    mail = letter(subject)
    maintype, _, subtype = content_type.partition("/")
    mail.add_attachment(b"<script>alert(1)</script>", maintype=maintype, subtype=subtype, filename=name)
    program.take(mail)
    anna.goto(find_ticket(anna, subject))

    with anna.expect_download() as download:
        anna.locator("a.file", has_text=name).click()
    bare = anna.request.get(anna.locator("a.file", has_text=name).get_attribute("href"))

    assert download.value.suggested_filename == name
    assert download.value.path().read_bytes() == b"<script>alert(1)</script>"
    assert bare.headers["content-disposition"].startswith("attachment")
    assert bare.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in bare.headers["content-security-policy"]


LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitaen" * 4


@pytest.mark.parametrize("width", [360, 320])
def test_pages_when_the_screen_is_narrow_then_nothing_sticks_out(
    opened: Opened, window: Callable[..., Page], width: int
) -> None:
    path = opened(LONG_WORD, text=f"See https://shop.example/{LONG_WORD}\n\n{LONG_WORD}")
    own = path.replace("/desk/tickets/", "/cabinet/requests/")
    size = {"viewport": {"width": width, "height": 740}, "has_touch": True, "is_mobile": True}
    pages = {
        "": ["/accounts/login/", "/accounts/link/"],
        "Anna": [
            "/desk/tickets/",
            "/desk/tickets/?view=mine",
            "/desk/tickets/?status=waiting&priority=low",
            path,
            "/desk/tickets/new/",
            "/desk/views/new/?status=waiting&priority=low",
            "/desk/search/?q=basket",
        ],
        "Clara": ["/cabinet/", "/cabinet/requests/", "/cabinet/requests/new/", own],
    }

    wide = {}
    for name, paths in pages.items():
        page = window(name, **size)
        for address in paths:
            page.goto(address)
            needed = page.evaluate("document.scrollingElement.scrollWidth")
            if needed > width:
                wide[address] = needed

    assert wide == {}


def test_tickets_when_chosen_by_keys_then_they_change_together_and_come_back(opened: Opened, anna: Page) -> None:
    common = word()
    paths = [opened(f"{common} {name}") for name in ("one", "two")]
    address = f"/desk/tickets/?q={common}&status=new&sort=number"
    anna.goto(address)
    box = anna.locator("tbody [name=ticket]")
    expect(box).to_have_count(2)

    for key in "jp":
        anna.keyboard.press(key)
    expect(anna.locator(".preview")).to_contain_text(f"{common} one")
    for key in ("Escape", "x", "j", "x"):
        anna.keyboard.press(key)
    expect(anna.locator("[data-chosen-count]")).to_have_text("2")
    settled(anna)
    expect(anna.locator(".preview")).to_be_hidden()
    anna.keyboard.press("a")
    expect(anna.locator(".toast")).to_contain_text("Assignee: 2 tickets changed.")
    expect(box).to_have_count(0)
    settled(anna)
    anna.keyboard.press("z")
    expect(box).to_have_count(2)
    expect(anna.locator(".toast")).to_have_text(re.compile("2 tickets are as they were before."))

    assert [anna.locator(".row-subject").nth(at).get_attribute("href") for at in (0, 1)] == paths
    settled(anna)
    assert_same_after_reload(anna)
