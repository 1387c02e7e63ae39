"""A day of tickets: what agents do with one beside answering it, each as a person would do it, and back again."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import assert_same_after_reload, message, send, set_to, settled
from tests.browser.letters import word
from tests.browser.program import Program, another_web
from tests.browser.visitors import Visitors, Watch

Opened = Callable[..., str]
Window = Callable[..., Page]


def number(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def press(page: Page, name: str) -> None:
    """A button whose answer comes by htmx."""
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def open_more(page: Page) -> None:
    """The menu of what is done to a ticket now and then."""
    page.locator("#head summary[title=More]").click()


def test_two_on_a_ticket_see_each_other_and_whoever_takes_it_keeps_it_until_a_lead_takes_over(
    opened: Opened, anna: Page, window: Window, watch: Watch
) -> None:
    watch.expected |= {422}
    path = opened()
    here, maya = window("Anna", streams=True), window("Maya", streams=True)
    here.goto(path)
    maya.goto(path)
    expect(here.locator("#here")).to_contain_text("Maya Fischer is here")
    maya.locator("#composer_text").fill("I know this basket.")
    expect(here.locator("#here")).to_contain_text("Maya Fischer is writing an answer")

    here.keyboard.press("l")
    expect(here.locator("#standing")).to_contain_text("You are on this ticket")
    press(maya, "Send")
    expect(maya.locator("#composer_errors")).to_contain_text("Anna Orlova is on this ticket")
    expect(maya.locator("#composer_text")).to_have_value("I know this basket.")

    greta = window("Greta")
    greta.goto(path)
    press(greta, "Take over")
    expect(greta.locator("#standing")).to_contain_text("You are on this ticket")
    assert_same_after_reload(greta)
    press(greta, "Let it go")
    expect(greta.locator("#standing")).to_have_text("")
    send(maya, "Send")
    expect(message(maya, "I know this basket.")).to_be_visible()
    maya.close()
    expect(here.locator("#here")).to_have_text("")


def test_ticket_when_put_aside_and_watched_then_it_is_out_of_the_list_and_back(opened: Opened, anna: Page) -> None:
    path = opened()
    anna.goto(path)

    anna.keyboard.press("s")
    anna.get_by_role("button", name=re.compile("^In a week")).click()
    expect(anna.locator("#standing")).to_contain_text("Out of the lists")
    settled(anna)
    anna.get_by_label("Colleague who is to watch").select_option(label="Maya Fischer")
    expect(anna.get_by_role("button", name="Maya Fischer watches no more")).to_be_visible()
    settled(anna)
    assert_same_after_reload(anna)
    anna.goto("/desk/tickets/?view=unassigned")
    expect(anna.locator(f".rows a[href='{path}']")).to_have_count(0)

    anna.goto(path)
    press(anna, "Bring it back")
    expect(anna.locator("#standing")).to_have_text("")
    press(anna, "Maya Fischer watches no more")
    expect(anna.locator("#side")).to_contain_text("Nobody watches")
    anna.goto("/desk/tickets/?view=unassigned")
    expect(anna.locator(f".rows a[href='{path}']")).to_have_count(1)


def test_note_when_changed_and_deleted_then_it_says_so_and_the_conversation_is_taken_along(
    opened: Opened, anna: Page
) -> None:
    anna.goto(opened())
    anna.keyboard.press("m")
    anna.locator("#composer_text").fill("She never paid.")
    send(anna, "Add note")
    message(anna, "never paid").get_by_role("link", name="edit").click()
    anna.locator("textarea[name=text]").fill("She has paid.")
    anna.get_by_role("button", name="Save").click()
    note = message(anna, "has paid")
    expect(note).to_contain_text("edited")
    note.get_by_role("link", name="show before").click()
    expect(anna.locator("main")).to_contain_text("She never paid.")
    anna.go_back()
    assert_same_after_reload(anna)

    open_more(anna)
    with anna.expect_download() as paper:
        anna.get_by_role("button", name="PDF with notes").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")

    note.get_by_role("link", name="edit").click()
    anna.locator("summary", has_text="Delete the note").click()
    anna.get_by_role("button", name="Delete the note").click()
    anna.wait_for_url(re.compile(r"/desk/tickets/\d+/$"))
    expect(anna.locator("#timeline")).to_contain_text("deleted a note")
    expect(note).to_have_count(0)


def test_conversation_when_read_newest_first_then_it_stays_so_and_new_words_come_on_top(
    opened: Opened, anna: Page
) -> None:
    anna.goto(opened(text="The very first words."))

    anna.get_by_role("button", name="Newest first").click()
    anna.get_by_role("button", name="Oldest first").wait_for()
    anna.locator("#composer_text").fill("The latest words.")
    send(anna, "Send")

    said = anna.locator("#timeline article")
    expect(said.first).to_contain_text("The latest words.")
    expect(said.last).to_contain_text("The very first words.")
    assert_same_after_reload(anna)
    anna.get_by_role("button", name="Oldest first").click()
    expect(said.last).to_contain_text("The latest words.")


def test_tickets_when_merged_linked_and_split_then_each_is_undone_by_its_button(opened: Opened, anna: Page) -> None:
    said = word()
    target, source = opened(f"{said} first"), opened(f"{said} second", text="The same basket again.")
    anna.goto(source)

    anna.get_by_label("Relation").select_option(label="child of")
    anna.get_by_label("Number of the other ticket").fill(number(target))
    anna.locator("#side").get_by_role("button", name="Link", exact=True).click()
    settled(anna)
    expect(anna.locator("#side")).to_contain_text(f"{number(target)} ")
    assert_same_after_reload(anna)
    press(anna, f"Take away the link to {number(target)}")
    expect(anna.get_by_role("button", name="Take away the link")).to_have_count(0)

    open_more(anna)
    anna.get_by_role("link", name="Merge into another…").click()
    anna.get_by_label("Into the ticket number").fill(number(target))
    anna.get_by_role("button", name="Go on").click()
    anna.get_by_role("button", name="Merge").click()
    anna.wait_for_url(f"**{target}")
    expect(message(anna, "The same basket again.")).to_contain_text(f"from {number(source)}")
    assert_same_after_reload(anna)
    anna.get_by_role("button", name=f"Undo the merging of {number(source)}").click()
    anna.wait_for_url(re.compile(f"{source}"))
    anna.locator("#composer_text").fill("We look at both.")
    send(anna, "Send")

    open_more(anna)
    anna.get_by_role("link", name="Split messages off…").click()
    anna.get_by_label("Subject").fill(f"{said} third")
    anna.get_by_role("checkbox", name=re.compile("The same basket again.")).check()
    anna.get_by_role("button", name="Split off").click()
    expect(anna.get_by_role("heading", level=1)).to_have_text(f"{said} third")
    expect(message(anna, "The same basket again.")).to_be_visible()
    anna.get_by_role("button", name=f"Undo the split from {number(source)}").click()
    anna.wait_for_url(re.compile(source))
    expect(message(anna, "The same basket again.")).to_be_visible()

    set_to(anna, "Status", "Resolved")
    open_more(anna)
    anna.get_by_role("link", name="Open a follow-up").click()
    anna.locator("textarea[name=body]").fill("And again.")
    anna.get_by_role("button", name="Open the ticket").click()
    expect(anna.locator("#timeline")).to_contain_text("And again.")
    expect(anna.locator("#side")).to_contain_text(number(source))


def test_answer_when_planned_then_it_waits_is_moved_and_is_a_draft_again(opened: Opened, anna: Page) -> None:
    anna.goto(opened())
    anna.locator("#composer_text").fill("Good morning, Clara.")
    anna.locator("summary", has_text="Later").click()
    anna.get_by_role("button", name="Send at this time").click()
    planned = anna.locator("#planned")
    expect(planned).to_contain_text("Good morning, Clara.")
    expect(anna.locator("#composer_text")).to_have_value("")

    planned.get_by_label("When it is to be sent").fill(f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%d}T10:30")
    planned.get_by_role("button", name="Move").click()
    expect(planned.locator("time")).to_contain_text("10:30")
    planned.get_by_role("button", name="Back to the draft").click()

    expect(anna.locator("#composer_text")).to_have_value("Good morning, Clara.")
    expect(planned).to_have_text("")
    anna.get_by_role("button", name="discard").click()
    expect(anna.locator("#composer_text")).to_have_value("")


def test_answer_when_taken_back_in_its_seconds_then_it_is_a_draft_again_and_later_it_is_gone(
    opened: Opened, program: Program, chromium: Browser, cookies: dict[str, Any]
) -> None:
    path = opened()
    with another_web(program, SEND_UNDO_SECONDS="10") as home:
        visitors = Visitors(chromium, home, cookies)
        anna = visitors.window("Anna")
        anna.clock.install()
        anna.goto(path)
        anna.locator("#composer_text").fill("Too soon.")
        send(anna, "Send")
        expect(message(anna, "Too soon.")).to_contain_text("Goes out in")

        message(anna, "Too soon.").get_by_role("button", name="Take it back").click()
        expect(anna.locator("#composer_text")).to_have_value("Too soon.")
        expect(message(anna, "Too soon.")).to_have_count(0)
        settled(anna)
        send(anna, "Send")
        expect(anna.get_by_role("button", name="Take it back")).to_be_visible()
        anna.clock.fast_forward(11_000)
        expect(anna.get_by_role("button", name="Take it back")).to_have_count(0)
        visitors.leave()
        assert visitors.watch.complaints == []


def test_list_when_its_columns_and_order_are_chosen_then_the_address_says_so(anna: Page) -> None:
    anna.goto("/desk/tickets/?status=any")

    anna.get_by_role("link", name="filter", exact=True).click()
    chosen = anna.locator("#filter")
    chosen.get_by_role("checkbox", name="Team").check()
    chosen.get_by_role("button", name="Show").click()
    expect(anna.get_by_role("columnheader", name="Team")).to_be_visible()
    settled(anna)
    anna.get_by_role("columnheader", name="Priority").get_by_role("link").click()
    expect(anna.get_by_role("columnheader", name="Priority")).to_have_attribute("aria-sort", re.compile("ending"))
    settled(anna)

    assert "columns=" in anna.url
    assert "sort=" in anna.url
    assert_same_after_reload(anna)


def test_journal_when_narrowed_then_it_is_taken_along_as_a_file(opened: Opened, anna: Page, window: Window) -> None:
    path = opened()
    anna.goto(path)
    anna.keyboard.press("a")
    settled(anna)
    irina = window("Irina")
    irina.goto("/desk/journal/")

    irina.locator("summary.chip-add").click()
    irina.locator("#id_who").fill("anna@helpdesk.example")
    irina.locator("#id_number").fill(number(path))
    irina.locator(".filter-form [type=submit]").click()
    settled(irina)
    lines = irina.locator(".journal-line")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("Anna Orlova")
    assert_same_after_reload(irina)
    with irina.expect_download() as file:
        irina.locator(".page-head-actions [type=submit]").click()

    rows = list(csv.reader(io.StringIO(file.value.path().read_text("utf-8-sig"))))
    assert file.value.suggested_filename.endswith(".csv")
    assert len(rows) == 2
    assert "Anna Orlova" in rows[1]


def test_customer_when_two_entries_are_one_person_then_they_are_merged_and_told_apart_again(
    opened: Opened, window: Window, anna: Page
) -> None:
    said = word()
    greta = window("Greta")
    for name, address in ((f"Vera {said}", f"vera-{said}@shop.example"), (f"Vera {said}", f"v-{said}@shop.example")):
        anna.goto(opened(sender=(name, address)))
    greta.goto(f"/desk/people/?q=vera-{said}")
    greta.get_by_role("link", name=f"Vera {said}").first.click()
    card = greta.url
    greta.get_by_role("link", name="Merge", exact=True).click()
    greta.get_by_role("link", name="Compare").first.click()
    greta.get_by_role("checkbox").check()
    greta.get_by_role("button", name="Merge").click()

    greta.wait_for_url(card)
    expect(greta.locator("main")).to_contain_text(f"v-{said}@shop.example")
    expect(greta.get_by_role("link", name="The basket is empty")).to_have_count(2)
    greta.get_by_role("button", name="Undo").click()
    expect(greta.get_by_role("link", name="The basket is empty")).to_have_count(1)


def test_people_when_brought_in_from_a_file_then_the_broken_rows_come_back_to_be_mended(window: Window) -> None:
    said = word()
    greta = window("Greta")
    rows = [f"Guest {turn},guest{turn}@{said}.example" for turn in range(9)]
    table = "\n".join(["Name,E-mail", *rows, "Guest 9,no address"]).encode()

    greta.goto("/desk/people/imports/")
    bring_in(greta, {"name": "people.csv", "mimeType": "text/csv", "buffer": table})
    expect(greta.locator("#import")).to_contain_text("9 rows can be brought in.")
    expect(greta.locator("#import tbody tr").first).to_contain_text("This is not an e-mail address: no address")
    with greta.expect_download() as download:
        greta.get_by_role("link", name="Get the broken rows as a file").click()
    broken = download.value.path().read_bytes()
    greta.get_by_role("button", name="Bring in 9 rows").click()
    expect(greta.locator("#import")).to_contain_text("Added: 9")

    greta.goto("/desk/people/imports/")
    mended = broken.replace(b"no address", f"mended@{said}.example".encode(), 1)
    bring_in(greta, {"name": "mended.csv", "mimeType": "text/csv", "buffer": mended})
    greta.get_by_role("button", name="Bring in 1 row").click()
    expect(greta.locator("#import")).to_contain_text("Added: 1")
    greta.goto(f"/desk/people/?q={said}.example")
    expect(greta.locator("tbody tr")).to_have_count(10)

    greta.get_by_role("link", name="Export").click()
    greta.get_by_role("button", name="Make the file").click()
    with greta.expect_download() as taken:
        greta.get_by_role("link", name="Download").click()
    assert taken.value.path().read_text("utf-8-sig").count(f"@{said}.example") == 10


def bring_in(page: Page, file: dict[str, object]) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Check the rows").click()
