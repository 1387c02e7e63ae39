"""The cabinet as an app of its own."""

import json
import re

import pytest


def test_manifest_says_what_an_app_needs(client, db, settings):
    settings.SITE_NAME = "Helpdesk"

    response = client.get("/cabinet/app.webmanifest")

    said = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (said["start_url"], said["scope"], said["display"]) == ("/cabinet/", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in said["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


def test_every_icon_and_everything_the_worker_keeps_is_there(client, db):
    from django.contrib.staticfiles import finders

    icons = [icon["src"] for icon in client.get("/cabinet/app.webmanifest").json()["icons"]]
    script = client.get("/cabinet/worker.js").content.decode()
    kept = json.loads(re.search(r"const KEPT = (\[.*?\]);", script)[1])

    assert [path for path in icons + kept if finders.find(path.removeprefix("/static/")) is None] == []
    assert len(kept) > 20


def test_worker_keeps_no_page_but_the_one_for_being_offline(client, db):
    response = client.get("/cabinet/worker.js")

    script = response.content.decode()
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert re.findall(r'"(/[^"]*)"', script) == [
        "/cabinet/offline/",
        *(path for path in re.findall(r'"(/[^"]*)"', script) if path.startswith("/static/")),
    ]
    assert "cache.put" not in script


@pytest.mark.parametrize("page", ["/cabinet/", "/cabinet/requests/"])
def test_pages_of_the_cabinet_are_of_the_app_and_may_load_it(claras, page):
    response = claras.get(page)

    assert 'rel="manifest" href="/cabinet/app.webmanifest"' in response.content.decode()
    assert "worker-src 'self'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


def test_offline_page_says_nothing_of_anybody(claras, clara):
    html = claras.get("/cabinet/offline/").content.decode()

    assert "You are offline" in html
    assert clara.name not in html
