"""The page of long work."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.work.actions import doing
from helpdesk.work.models import Job
from tests.browsers import browser_of
from tests.factories import StaffFactory
from tests.htmx import HTMX, applied, shown
from tickets.actions.journal_export import ask_for_journal

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def job(ada):
    return ask_for_journal(by=ada, filters="")


def test_work_under_way_says_how_far_it_is_and_asks_again(ada, job):
    doing.claim(key=job.pk)
    Job.objects.update(done=500, total=2000)

    page = browser_of(ada).get(f"/desk/work/{job.pk}/").content.decode()

    assert 'value="500"' in page
    assert 'max="2000"' in page
    assert 'hx-trigger="every 1s"' in page


def test_fragment_of_finished_work_equals_a_reload_and_asks_no_more(ada, job):
    browser = browser_of(ada)
    waiting = browser.get(f"/desk/work/{job.pk}/").content.decode()
    doing.do(key=job.pk)

    fragment = browser.get(f"/desk/work/{job.pk}/", headers=HTMX)

    reload = browser.get(f"/desk/work/{job.pk}/").content.decode()
    assert shown(applied(waiting, fragment, target="work")) == shown(reload)
    assert "hx-trigger" not in fragment.content.decode()
    assert f"/desk/work/{job.pk}/file/" in reload


def test_file_is_a_download_for_its_owner_alone(ada, job):
    assert browser_of(ada).get(f"/desk/work/{job.pk}/file/").status_code == 404
    doing.do(key=job.pk)

    response = browser_of(ada).get(f"/desk/work/{job.pk}/file/")
    stranger = browser_of(StaffFactory(role=Role.ADMINISTRATOR))

    assert response["Content-Disposition"] == 'attachment; filename="journal.csv"'
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")
    assert [stranger.get(f"/desk/work/{job.pk}/{part}").status_code for part in ("", "file/")] == [404, 404]


def test_work_that_failed_says_why(ada, job):
    doing.fail(job=doing.claim(key=job.pk), reason=doing.BROKEN)

    page = browser_of(ada).get(f"/desk/work/{job.pk}/").content.decode()

    assert "broke off several times" in page
