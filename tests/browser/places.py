"""What the pages of the walk are about: found in the demo data, or made once by the doors that people use."""

import re
from typing import Any
from uuid import uuid4

from django.core.signing import Signer
from playwright.sync_api import Page

from tests.browser.desk import find_ticket
from tests.browser.letters import letter, mail_to, word
from tests.browser.program import Program
from tests.browser.visitors import Visitors
from tests.peers.dovecot import Account, Dovecot
from tests.peers.processes import eventually

SHEET = """Name,E-mail,Phone,Organisation,Language
Berta Falk,berta@falk.example,+49 40 555 01 77,Falk & Sons,en
Олег Дымов,dymov@falk.example,,Falk & Sons,ru
No Address,nobody at falk,,Falk & Sons,en
Clara Weiss,clara@shop.example,+49 40 555 01 23,Nordlicht Shop,en
Twice Said,berta@falk.example,,Falk & Sons,en
"""
LONG = 51
"""So many messages are too long a conversation for a PDF at once."""
ADMIN_LISTS = {
    "mailbox": "mail/mailbox",
    "category": "tickets/category",
    "field": "tickets/customfield",
    "ticket": "tickets/ticket",
    "user": "accounts/user",
    "team": "accounts/team",
    "rolerule": "accounts/rolerule",
    "contact": "accounts/contactpoint",
    "delivery": "notifications/delivery",
    "entry": "journal/entry",
    "task": "django_celery_beat/periodictask",
}
SUBJECTS = {
    "talk": "Checkout returns 502",
    "merged": "Tind 120: sold out",
    "merged_into": "Stock in the shop differs",
    "asleep": "Gift cards",
    "rated": "Import stops at row",
}
NUMBER = r"/desk/tickets/(\d+)/"
Places = dict[str, str]


def places_of(visitors: Visitors, program: Program, dovecot: Dovecot) -> Places:
    """The words in the braces of tests/browser/pages.py."""
    anna, greta, irina, clara = (visitors.window(name) for name in ("Anna", "Greta", "Irina", "Clara"))
    places = _of_tickets(anna)
    places |= _of_mail(anna, irina, program)
    places |= _of_the_address_book(greta)
    places |= _of_the_cabinet(clara)
    places |= _of_the_chat(anna, greta)
    places |= {name: _first(irina, f"/admin/{path}/", rf"/admin/{path}/(\d+)/") for name, path in ADMIN_LISTS.items()}
    places |= _of_the_directory(irina)
    places |= _of_the_vault(anna)
    places |= _of_keys(irina)
    places |= _of_letters(visitors.window(), clara, program, dovecot)
    places["template"] = _first(greta, "/desk/templates/", r"/desk/templates/(\d+)/")
    for page in (anna, greta, irina, clara):
        page.context.close()
    return places


def _of_tickets(anna: Page) -> Places:
    places = {name: _first(anna, f"/desk/search/?q={words}", NUMBER) for name, words in SUBJECTS.items()}
    page = f"/desk/tickets/{places['talk']}/"
    places["held"] = places["talk"]
    places["person"] = _first(anna, page, r"/desk/people/(\d+)/")
    places["organisation"] = _first(anna, "/desk/organisations/", r'/desk/organisations/(\d+)/">\s*Nordlicht')
    places["customer_note"] = _first(
        anna, f"/desk/organisations/{places['organisation']}/", r"/desk/customer-notes/(\d+)/"
    )
    slow = _first(anna, "/desk/search/?q=Category page takes nine", NUMBER)
    places["rewritten"] = _first(anna, f"/desk/tickets/{slow}/", r"/desk/messages/(\d+)/earlier-words/")
    places["view"] = _first(anna, "/desk/views/", r"/desk/views/(\d+)/")
    chosen = {"ticket": places["asleep"], "tags": word(), "key": str(uuid4())}
    places["change"] = _post(anna, "/desk/tickets/chosen/tags/", chosen, r"/desk/changes/(\d+)/")
    return places


def _of_mail(anna: Page, irina: Page, program: Program) -> Places:
    """A ticket that a mail opened, its source, and a conversation too long for a PDF at once."""
    said, first = word(), letter(f"{word()} every day")
    html = "<p>The <b>banner</b> is <i>cut</i>.</p><table border><tr><td>left</td><td>right</td></tr></table>"
    program.take(letter(f"The banner is cut {said}", "The banner on the first page is cut.", html=html))
    program.take(first)
    mailed = find_ticket(anna, said)
    long = find_ticket(anna, str(first["Subject"]))
    for day in range(1, LONG):
        program.take(letter(f"Re: {first['Subject']}", f"And on day {day} again.", answers=first))
    last = f"And on day {LONG - 1} again."
    eventually(lambda: last in anna.request.get(long).text(), seconds=60, every=0.3)
    return {
        "mailed": _digits(mailed),
        "mail": _first(anna, mailed, r"/desk/messages/(\d+)/original/"),
        "long": _digits(long),
        "job": _post(anna, f"{long}pdf/", {}, r"/desk/work/(\d+)/"),
        "raw": _first(irina, "/admin/mail/rawmail/", r"/admin/mail/rawmail/(\d+)/"),
    }


def _of_the_address_book(greta: Page) -> Places:
    places = {name: _import(greta) for name in ("unmatched", "checked", "brought")}
    columns = {
        f"column_{index}": field for index, field in enumerate(("name", "email", "phone", "organisation", "language"))
    }
    for name in ("checked", "brought"):
        page = f"/desk/people/imports/{places[name]}/"
        _post(greta, f"{page}checking/", columns, "")
        eventually(lambda page=page: "hx-trigger" not in _main(greta, page), seconds=30, every=0.2)
    page = f"/desk/people/imports/{places['brought']}/"
    _post(greta, f"{page}confirmation/", {}, "")
    eventually(lambda: "hx-trigger" not in _main(greta, page), seconds=30, every=0.2)
    places["export"] = _post(greta, "/desk/people/exports/", {"format": "csv"}, r"/desk/people/exports/(\d+)/")
    places["twin"] = _first(greta, "/desk/people/?q=mail.example", r"/desk/people/(\d+)/")
    return places


def _import(greta: Page) -> str:
    file = {"name": "customers.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    return _post(greta, "/desk/people/imports/", {"file": file}, r"/desk/people/imports/(\d+)/")


def _of_the_cabinet(clara: Page) -> Places:
    return {
        "solved": _first(clara, "/cabinet/requests/?state=all", r"/cabinet/requests/(\d+)/\"[^/]*Discount for"),
        "colleague": _first(clara, "/cabinet/people/", r"/cabinet/people/(\d+)/removal/"),
    }


def _of_the_chat(anna: Page, greta: Page) -> Places:
    """What Anna says to Viktor; Timur, to whom she has said nothing; a team of Greta's in which nobody has."""
    viktor = _first(anna, "/desk/chat/?q=viktor", r"/desk/chat/with/(\d+)/")
    room = _post(anna, f"/desk/chat/with/{viktor}/", {"body": "Somebody forgot an umbrella."}, r"/desk/chat/(\d+)/")
    return {
        "room": room,
        "line": _first(anna, f"/desk/chat/{room}/", r"/desk/chat/lines/(\d+)/editing/"),
        "timur": _first(anna, "/desk/chat/?q=timur", r"/desk/chat/with/(\d+)/"),
        "shops": _first(greta, "/desk/chat/", r"/desk/chat/teams/(\d+)/"),
    }


def _of_the_directory(irina: Page) -> Places:
    """A directory that is not switched on, and how looking at it fared: nobody answers at that port."""
    kept = {"name": f"Walked {word()}", "kind": "openldap", "uris": "ldap://127.0.0.1:9", "security": "plain"}
    numbers = {"timeout_seconds": "1", "page_size": "500", "sync_minutes": "2", "whole_minutes": "15"}
    rules = {"group_rules-TOTAL_FORMS": "0", "group_rules-INITIAL_FORMS": "0", "most_out_percent": "10"}
    _post(irina, "/admin/directory/directory/add/", {**kept, **numbers, **rules, "person_bases": "dc=corp"}, "")
    directory = _first(irina, "/admin/directory/directory/", r"/admin/directory/directory/(\d+)/change/")
    page = f"/admin/directory/directory/{directory}/run/"
    return {"directory": directory, "run": _post(irina, page, {"dry": "1"}, r"/admin/directory/syncrun/(\d+)/")}


def _of_letters(nobody: Page, clara: Page, program: Program, dovecot: Dovecot) -> Places:
    """The links that people get by mail: of an invitation and for signing in, to rate and to have no more letters."""
    signers = {name: Signer(key=program.secret, salt=salt) for name, salt in SALTS.items()}
    address = f"{word()}@shop.example"
    _post(clara, "/cabinet/people/", {"address": address, "name": "Lena"}, "")
    nobody.goto("/accounts/link/")
    _post(nobody, "/accounts/link/", {"address": "sergei@stranger.example"}, "")
    return {
        "invited": _link(Account(dovecot, address), "/accounts/invitation/"),
        "secret": _link(Account(dovecot, "sergei@stranger.example"), "/accounts/link/"),
        "survey": signers["survey"].sign("1"),
        "survey_of_the_past": signers["survey"].sign("3"),
        "subscription": signers["subscription"].sign(f"{_first(clara, '/cabinet/people/', PERSON)}.surveys"),
    }


SALTS = {"survey": "tickets.survey", "subscription": "notifications.unsubscribe"}
PERSON = r"/cabinet/people/(\d+)/manager/"


def _link(account: Account, path: str) -> str:
    """The secret of the link that came to the account."""

    def text(mail: Any) -> str:
        return str(mail.get_body(("plain",)).get_content())

    mail = mail_to(account, lambda mail: path in text(mail))
    found = re.search(rf"{path}([^/\s]+)/", text(mail))
    assert found is not None
    return found[1]


def _main(page: Page, path: str) -> str:
    answer = page.request.get(path)
    assert answer.ok, (path, answer.status)
    return answer.text().partition("<main")[2] or answer.text()


def _of_the_vault(anna: Page) -> Places:
    """An entry and a secret of the demo, who revealed it, and a link that a customer is sent."""
    entry = _first(anna, "/desk/access/", r'/desk/access/(\d+)/">\s*Shop, web server')
    shown = _main(anna, f"/desk/access/{entry}/")
    secret = re.search(rf"/desk/access/{entry}/secrets/(\d+)/reveals/", shown)
    assert secret is not None, "the entry has a secret"
    person = _first(anna, "/desk/chat/?q=timur", r"/desk/chat/with/(\d+)/")
    panel = _first(anna, "/desk/access/", r'/desk/access/(\d+)/">\s*Hosting panel')
    page = f"/desk/access/{panel}/"
    return {
        "vault_entry": entry,
        "vault_secret": secret[1],
        "vault_leaver": person,
        "vault_panel": panel,
        "vault_door": _first(anna, page, rf"{page}doors/(\d+)/"),
        "vault_account": _first(anna, page, rf"{page}temporary/(\d+)/"),
        "drop": _drop(anna),
    }


def _of_keys(irina: Page) -> Places:
    """What the demo has, a key of Clara's that nobody has taken yet, a revocation list, a file of archives."""
    authority = _first(irina, "/admin/vpn/authority/", r"/admin/vpn/authority/(\d+)/change/")
    _post(irina, f"/admin/vpn/authority/{authority}/publication/", {}, "")
    _post(irina, "/admin/vpn/profiletemplate/add/", {"name": "readme_vpn_win.txt", "text": "Hello change_me!"}, "")
    clara = _first(irina, "/admin/accounts/user/?q=clara@shop.example", r"/admin/accounts/user/(\d+)/change/")
    server = _first(irina, "/admin/vpn/server/?q=Phones", r"/admin/vpn/server/(\d+)/change/")
    wanted = {"person": clara, "device": "tablet", "servers": server}
    lists = {"file": "profiletemplate", "list": "revocationlist", "host": "host", "session": "session"}
    lists |= {"request": "keyrequest"}
    places = {
        f"vpn_{name}": _first(irina, f"/admin/vpn/{model}/", rf"/admin/vpn/{model}/(\d+)/change/")
        for name, model in lists.items()
    }
    return places | {
        "vpn_authority": authority,
        "vpn_server": server,
        "vpn_key": _first(irina, "/admin/vpn/key/?q=anna-laptop", r"/admin/vpn/key/(\d+)/bundle/"),
        "vpn_kept": _post(irina, "/admin/vpn/key/issue/", wanted, r"/admin/vpn/key/(\d+)/bundle/"),
    }


def _drop(anna: Page) -> str:
    """The token of a secure link, which is shown this once."""
    (token,) = [cookie["value"] for cookie in anna.context.cookies() if cookie["name"] == "csrftoken"]
    said = {"csrfmiddlewaretoken": token, "organisation": "Nordlicht Shop", "asked": f"Panel {word()}"}
    answer = anna.request.post("/desk/access/drop-links/", multipart=said)
    found = re.search(r"/secrets/([^/\"]+)/", answer.text())
    assert found is not None, (answer.status, answer.text()[-3000:])
    return found[1]


def _first(page: Page, path: str, pattern: str) -> str:
    """What the pattern's group is on the page at `path`."""
    found = re.search(pattern, _main(page, path))
    assert found is not None, f"nothing like {pattern} at {path}"
    return found[1]


def _post(page: Page, path: str, said: dict[str, Any], pattern: str) -> str:
    """Send a form as a browser without JavaScript does; what the pattern's group is in where it leads to."""
    if not any(cookie["name"] == "csrftoken" for cookie in page.context.cookies()):
        page.request.get("/desk/me/")
    (token,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken"]
    answer = page.request.post(path, multipart={"csrfmiddlewaretoken": token, **said})
    assert answer.ok, (path, answer.status, answer.text()[-3000:])
    found = re.search(pattern, answer.url)
    assert found is not None, (path, answer.url)
    return found[1] if pattern else ""


def _digits(path: str) -> str:
    return re.findall(r"\d+", path)[-1]
