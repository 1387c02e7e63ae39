"""Requests as /metrics counts them."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from helpdesk.core.shared_memory import folder_for, is_ours
from helpdesk.operations import traffic
from tests.browsers import browser_of
from tests.factories import StaffFactory, TicketFactory
from tests.programs import Program
from tests.repository import ROOT

NAME = "helpdesk_http_request_seconds"


def counted():
    """How many requests, by (view, method, status), as Prometheus reads the page."""
    page = Client().get("/metrics").content.decode()
    families = {family.name: family for family in text_string_to_metric_families(page)}
    samples = families[NAME].samples if NAME in families else []
    return {
        tuple(sample.labels[label] for label in ("view", "method", "status")): sample.value
        for sample in samples
        if sample.name == f"{NAME}_count"
    }


def growth(act):
    """What an act adds, without the looking itself."""
    counted()
    before = counted()
    act()
    after = counted()
    grown = {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}
    grown.pop(("metrics", "GET", "2xx"))
    return grown


def test_request_is_counted_by_the_name_of_its_view_and_no_address_is_a_series(db):
    browser = browser_of(StaffFactory())
    numbers = [TicketFactory().number for _ in range(2)]

    grown = growth(lambda: [browser.get(f"/desk/tickets/{number}/notes/") for number in numbers])

    assert grown == {("desk:notes", "GET", "4xx"): 2}


def test_program_is_counted_by_the_name_of_the_operation(db):
    caller = Program(StaffFactory())

    assert growth(lambda: caller.get("/api/v1/tickets/")) == {("api:tickets", "GET", "2xx"): 1}


def test_addresses_and_methods_that_somebody_makes_up_make_no_series(db):
    def act():
        for path in ("/a", "/b/c", "/desk/x"):
            Client().get(path)
        Client().generic("BREW", "/health/live/")
        Client().get("/static/nothing.css")

    grown = growth(act)

    assert grown == {("none", "GET", "4xx"): 3, ("live", "other", "4xx"): 1, ("static", "GET", "4xx"): 1}


def test_link_on_the_files_host_is_counted(db, settings):
    settings.FILES_HOST, settings.ALLOWED_HOSTS = "files.example", ["files.example", "testserver"]

    grown = growth(lambda: Client().get("/content/?link=x", headers={"Host": "files.example"}))

    assert grown == {("content", "GET", "4xx"): 1}


@pytest.mark.parametrize(("status", "shown"), [(204, "2xx"), (303, "3xx"), (429, "4xx"), (503, "5xx")])
def test_answer_is_counted_by_the_class_of_its_status_with_its_time(db, status, shown):
    request = RequestFactory().post("/x")
    request.resolver_match = SimpleNamespace(view_name=f"told {status}")

    def slow(request):
        time.sleep(0.03)
        return HttpResponse(status=status)

    before = _sum_of(f"told {status}")
    grown = growth(lambda: traffic.middleware(slow)(request))

    assert grown == {(f"told {status}", "POST", shown): 1}
    assert 0.03 <= _sum_of(f"told {status}") - before < 1


def _sum_of(view):
    samples = [sample for family in traffic.Traffic().collect() for sample in family.samples]
    return sum(each.value for each in samples if each.name == f"{NAME}_sum" and each.labels["view"] == view)


def test_request_that_ends_without_an_answer_is_counted_as_a_fault(db):
    request = RequestFactory().get("/x")
    request.resolver_match = SimpleNamespace(view_name="failing")

    def act():
        with pytest.raises(ZeroDivisionError):
            traffic.middleware(lambda request: 1 / 0)(request)

    assert growth(act) == {("failing", "GET", "5xx"): 1}


def test_counting_takes_less_than_a_twentieth_of_a_millisecond():
    request, answer = RequestFactory().get("/x"), HttpResponse()
    counting = traffic.middleware(lambda request: answer)
    times = []
    for _ in range(500):
        began = time.perf_counter()
        counting(request)
        times.append(time.perf_counter() - began)

    assert sorted(times)[250] < 0.000_05


FORKED = """
import os, django
django.setup()
from types import SimpleNamespace
from django.test import RequestFactory
from helpdesk.operations import metrics, traffic

request = RequestFactory().get("/x")
request.resolver_match = SimpleNamespace(view_name="forked")
counting = traffic.middleware(lambda request: SimpleNamespace(status_code=200))
for times in (2, 3):
    if (child := os.fork()) == 0:
        for _ in range(times):
            counting(request)
        os._exit(0)
    os.waitpid(child, 0)

def told():
    return [
        sample.value for family in traffic.Traffic().collect() for sample in family.samples
        if sample.name.endswith("_count")
    ]

print("both", told())
traffic.forget()
print("forgotten", told())
traffic.remove()
print("left", os.path.exists(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
counting(request)
print("nowhere", told())
"""


def test_processes_count_together_also_after_they_ended_and_no_lost_folder_hinders_a_request(tmp_path):
    environment = os.environ | {"METRICS_DIR": str(tmp_path / "metrics")}

    told = subprocess.run(
        [sys.executable, "-c", FORKED], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert told.stdout.splitlines() == ["both [5.0]", "forgotten []", "left False", "nowhere []"]
    assert "request_not_counted" in told.stderr


def test_folder_is_the_installations_own():
    one, other = folder_for(Path("/srv/one")), folder_for(Path("/srv/two"))

    assert one != other
    assert one == folder_for(Path("/srv/one"))
    assert not one.exists()


def test_folder_that_others_can_write_to_or_have_laid_out_is_not_used(tmp_path):
    open_to_all, link, file = tmp_path / "open", tmp_path / "link", tmp_path / "file"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    link.symlink_to(tmp_path)
    file.write_text("")

    assert is_ours(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert [is_ours(path) for path in (open_to_all, link, file, file / "below")] == [False] * 4


def test_folder_when_not_usable_then_another_is_made_and_the_log_says_so(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(traffic.FOLDER, str(tmp_path / "file"))
    monkeypatch.setattr(traffic.tempfile, "tempdir", str(tmp_path))

    traffic.middleware(lambda request: HttpResponse())

    assert os.path.isdir(os.environ[traffic.FOLDER])
    assert "metrics_folder_not_usable" in caplog.text
