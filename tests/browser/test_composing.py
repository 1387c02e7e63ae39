"""The composer in a real browser: what is typed and dropped is kept, by mouse and keys."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import assert_same_after_reload, message, send, settled
from tests.browser.visitors import Watch

Opened = Callable[..., str]
PROGRAM = {"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00\x03\x00"}
PAPER = {"name": "paper.txt", "mimeType": "text/plain", "buffer": b"words"}


def test_answer_when_begun_then_it_waits_with_its_files_and_survives_a_lost_connection(
    opened: Opened, anna: Page, watch: Watch
) -> None:
    watch.expected |= {422, 503}
    anna.goto(opened())
    area = anna.locator("#composer_text")
    area.fill("Look at Clara")
    anna.evaluate("document.querySelector('#composer_text').setSelectionRange(8, 13)")
    anna.keyboard.press("Control+b")
    expect(area).to_have_value("Look at **Clara**")
    anna.keyboard.press("Control+z")
    expect(area).to_have_value("Look at Clara")
    anna.locator("#composer input[type=file]").set_input_files([PROGRAM, PAPER])
    expect(anna.locator("[data-file-errors]")).to_contain_text("“setup.exe” is a program")
    expect(anna.locator("#composer .file [name=file]")).to_have_count(1)
    expect(anna.locator("[data-draft-state]")).to_have_text("Draft saved")

    anna.reload()

    expect(area).to_have_value("Look at Clara")
    expect(anna.locator("#composer .file")).to_contain_text("paper.txt")
    anna.route("**/drafts/**", lambda route: route.fulfill(status=503))
    area.fill("Look at Clara, once")
    expect(anna.locator("[data-draft-state]")).to_contain_text("No connection")
    anna.unroute("**/drafts/**")
    anna.reload()
    expect(area).to_have_value("Look at Clara, once")
    area.press("End")
    area.press_sequentially(" more")
    expect(anna.locator("[data-draft-state]")).to_have_text("Draft saved")
    anna.locator("[data-preview-toggle]").click()
    expect(anna.locator("[data-preview]")).to_have_text("Look at Clara, once more")
    anna.locator("[data-preview-toggle]").click()
    send(anna, "Send and resolve")
    settled(anna)
    expect(message(anna, "once more")).to_contain_text("paper.txt")
    expect(anna.locator("#head .status")).to_have_text("Resolved")
    assert_same_after_reload(anna)
    expect(area).to_have_value("")


CARRY = """(area, [name, kind]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
  canvas.getContext("2d").fillRect(5, 5, 20, 10);
  const picture = Uint8Array.from(atob(canvas.toDataURL().split(",")[1]), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(kind === "paste" ? new File([picture], name, { type: "image/png" }) : new File(["words"], name));
  area.dispatchEvent(kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""
"""A file as it comes by the clipboard or under the pointer."""


def test_note_when_a_picture_is_pasted_and_a_file_dropped_then_one_stands_in_the_text_and_one_below(
    opened: Opened, anna: Page
) -> None:
    anna.goto(f"{opened()}?compose=note")
    area = anna.locator("#composer_text")
    area.fill("See: ")

    area.evaluate(CARRY, ["shot.png", "paste"])
    expect(area).to_have_value(re.compile(r"^See: !\[shot\.png\]\(cid:"))
    area.evaluate(CARRY, ["paper.txt", "drop"])
    expect(anna.locator("#composer .file [name=file]")).to_have_count(2)
    anna.get_by_role("button", name="Add note").click()
    settled(anna)

    note = message(anna, "See:")
    expect(note.locator(".prose img")).to_have_js_property("naturalWidth", 40)
    expect(note.locator(".file")).to_contain_text("paper.txt")
    assert_same_after_reload(anna)
