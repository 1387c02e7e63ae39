"""Importing and exporting in the browser."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from openpyxl import Workbook, load_workbook

from helpdesk.accounts import tasks
from helpdesk.accounts.enums import ImportState, Role
from helpdesk.accounts.models import Export, Import, User
from helpdesk.accounts.views.desk import exports, imports
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.factories import StaffFactory, UserFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import Statements

URL = "/desk/people/imports/"
TEXT = "ФИО;Почта;Цвет\nКлара;clara@shop.example;red\n=Bea;no address;blue\n"


def upload(browser, text=TEXT, name="люди.csv", encoding="cp1251"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return browser.post(URL, {"file": SimpleUploadedFile(name, content)})


def columns(*fields):
    return {f"column_{index}": field for index, field in enumerate(fields)}


def text(response):
    return " ".join(tree(response.content.decode()).get_element_by_id("main").text_content().split())


def content(response):
    return b"".join(response.streaming_content)


def workbook(rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_import_walks_from_the_file_to_the_people_and_the_broken_rows(lead):
    page = upload(lead)["Location"]
    chosen = {
        each.get("name"): each.cssselect("option[selected]")
        for each in tree(lead.get(page).content.decode()).cssselect("select")
    }
    checked = lead.post(f"{page}checking/", columns("name", "email", ""))
    dry = text(lead.get(page))
    before = User.objects.customers().count()
    lead.post(f"{page}confirmation/")

    assert {name: options[0].get("value") for name, options in chosen.items()} == columns("name", "email", "")
    assert checked["Location"] == page
    assert "1 row can be brought in." in dry
    assert "This is not an e-mail address: no address" in dry
    assert before == 0
    assert User.objects.customers().get().name == "Клара"
    assert "Added: 1" in text(lead.get(page))


def test_broken_rows_come_back_in_the_same_format_with_reasons_and_without_formulas(lead):
    page = upload(lead)["Location"]
    lead.post(f"{page}checking/", columns("name", "email", ""))

    response = lead.get(f"{page}broken/")
    rows = list(csv.reader(io.StringIO(content(response).decode("utf-8-sig")), delimiter=";"))

    assert rows == [
        ["ФИО", "Почта", "Цвет", "Reasons"],
        ["'=Bea", "no address", "blue", "This is not an e-mail address: no address"],
    ]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_mended_file_of_broken_rows_is_taken_again(lead):
    page = upload(lead)["Location"]
    lead.post(f"{page}checking/", columns("name", "email", ""))
    mended = content(lead.get(f"{page}broken/")).replace(b"no address;blue", b"bea@shop.example;blue")

    again = upload(lead, mended)["Location"]
    lead.post(f"{again}checking/", columns("name", "email", "", ""))
    lead.post(f"{again}confirmation/")

    assert User.objects.customers().get().name == "=Bea"


def test_workbook_is_imported_and_its_broken_rows_come_back_as_one(lead):
    page = upload(lead, workbook([["Name", "E-mail"], ["Clara", "clara@shop.example"], ["=1+1", "x"]]), "p.xlsx")[
        "Location"
    ]
    lead.post(f"{page}checking/", columns("name", "email"))

    book = load_workbook(io.BytesIO(content(lead.get(f"{page}broken/"))))

    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert rows == [["Name", "E-mail", "Reasons"], [None, "x", "This is not an e-mail address: x"]]
    lead.post(f"{page}confirmation/")
    assert User.objects.customers().get().email == "clara@shop.example"


@pytest.mark.parametrize(
    "file", [b"", b"Name,E-mail\n", b"\x00\x01\x02", b"PK\x03\x04nothing", b"x" * (5 * 1024 * 1024 + 1)]
)
def test_file_that_is_no_table_is_refused_in_a_sentence(lead, file):
    response = upload(lead, file)

    assert response.status_code == 422
    assert len(tree(response.content.decode()).find_class("notice-bad")) == 1
    assert not Import.objects.exists()


def test_columns_without_an_address_are_refused_and_stay_as_chosen(lead):
    page = upload(lead)["Location"]

    response = lead.post(f"{page}checking/", columns("name", "", "notes"))

    assert response.status_code == 422
    assert "e-mail address" in text(response)
    selected = tree(response.content.decode()).cssselect("select option[selected]")
    assert [option.get("value") for option in selected] == ["name", "", "notes"]


def test_many_rows_are_a_task_whose_progress_is_seen(lead, monkeypatch):
    monkeypatch.setattr(imports, "INLINE_ROWS", 1)
    rung = []
    monkeypatch.setattr(imports, "ring_now", lambda task, key: rung.append((task, key)))
    page = upload(lead)["Location"]
    lead.post(f"{page}checking/", columns("name", "email", ""))

    before = lead.get(page).content.decode()
    [(task, key)] = rung
    task(key)
    response = lead.get(page, headers=HTMX)

    assert "0 of 2" in before
    assert shown(applied(before, response, target="import")) == shown(lead.get(page).content.decode())
    assert "1 row can be brought in." in response.content.decode()


def test_import_that_nobody_was_rung_for_is_found_by_the_sweep(lead, lena, monkeypatch):
    monkeypatch.setattr(imports, "INLINE_ROWS", 0)
    monkeypatch.setattr(imports, "ring_now", lambda task, key: False)
    page = upload(lead)["Location"]
    lead.post(f"{page}checking/", columns("name", "email", ""))
    stale = Export.objects.create(by=lena, format="csv", criteria={"words": "", "organisation": "", "language": "en"})
    for model in (Import, Export):
        model.objects.update(touched_at="2026-01-01T00:00:00Z")
    monkeypatch.setattr(tasks, "ring_now", lambda task, key: task(key))

    tasks.sweep()

    stale.refresh_from_db()
    assert (Import.objects.get().state, stale.state) == (ImportState.CHECKED, "done")


@pytest.mark.parametrize("role", [Role.SALES, Role.ADMINISTRATOR])
def test_imports_and_exports_of_others_are_not_found(lead, role):
    page = upload(lead)["Location"]
    lead.post(f"{page}checking/", columns("name", "email", ""))
    made = lead.post("/desk/people/exports/", {"format": "csv"})["Location"]
    browser = browser_of(StaffFactory(role=role))

    for path in (page, f"{page}broken/", made, f"{made}file/"):
        assert browser.get(path).status_code == 404
    for path in (f"{page}checking/", f"{page}confirmation/"):
        assert browser.post(path, columns("name", "email", "")).status_code == 404
    assert "люди.csv" not in text(browser.get(URL))
    assert not User.objects.customers().exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_holds_the_filtered_people_without_formulas_and_is_in_the_journal(lead, lena, clara, sergei, form):
    clara.name = '=HYPERLINK("http://evil.example")'
    clara.save()

    page = lead.post("/desk/people/exports/?organisation=nordlicht", {"format": form})["Location"]
    file = content(lead.get(f"{page}file/"))

    if form == "csv":
        rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
        assert rows[1][:2] == [f"'{clara.name}", clara.email]
    else:
        cells = list(load_workbook(io.BytesIO(file)).active.iter_rows())
        rows = [[cell.value or "" for cell in row] for row in cells]
        assert {cell.data_type for row in cells for cell in row if cell.value} == {"s"}
    assert rows[0] == ["Full name", "E-mail", "Phone", "Organisation", "Language", "Important"]
    assert len(rows) == 2
    entry = Entry.objects.about(Export.objects.get()).get()
    assert (entry.verb, entry.actor, entry.facts["people"]) == ("address_book_exported", lena, 1)


def test_export_of_many_is_a_task_whose_progress_is_seen(lead, clara, monkeypatch):
    monkeypatch.setattr(exports, "INLINE_ROWS", 0)
    rung = []
    monkeypatch.setattr(exports, "ring_now", lambda task, key: rung.append((task, key)))
    page = lead.post("/desk/people/exports/", {"format": "csv"})["Location"]

    before = lead.get(page).content.decode()
    early = lead.get(f"{page}file/")
    [(task, key)] = rung
    task(key)
    response = lead.get(page, headers=HTMX)

    assert "0 of 1" in before
    assert early.status_code == 404
    assert shown(applied(before, response, target="export")) == shown(lead.get(page).content.decode())
    assert clara.email.encode() in content(lead.get(f"{page}file/"))


def test_export_reads_in_pages(lena, monkeypatch):
    from helpdesk.accounts.actions import exporting
    from helpdesk.accounts.queries import PeopleCriteria

    monkeypatch.setattr(exporting, "BATCH", 2)
    for number in range(5):
        UserFactory(name=f"Person {number}")
    export = exporting.begin_export(criteria=PeopleCriteria(), form="csv", by=lena)

    exporting.make_export(export.pk)

    export.refresh_from_db()
    with export.file.open() as stream:
        names = [line.split(",")[0] for line in stream.read().decode("utf-8-sig").splitlines()[1:]]
    assert names == [f"Person {number}" for number in range(5)]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("url", "statements"), [(URL, 4), ("/desk/people/exports/", 4)])
def test_list_of_files_takes_these_statements(lead, lena, url, statements, rows):
    for turn in range(rows):
        Import.objects.create(by=lena, format="csv", filename=f"people {turn}.csv")
        Export.objects.create(by=lena, format="csv")
    lead.get(url)

    with Statements(connection) as ran:
        lead.get(url)

    assert ran.count == statements, str(ran)
