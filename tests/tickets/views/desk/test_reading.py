"""Reading writes nothing: every page of the desk, asked for under a database that refuses writes."""

import pytest
from django.db import connection
from django.http import HttpResponseBase

from tests.factories import MessageFactory, StaffFactory, TeamFactory, TicketFactory
from tickets.actions.files import NewFile, store_files

WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "SELECT NEXTVAL")


def refuse_writes(execute, sql, params, many, context):
    assert not sql.lstrip().upper().startswith(WRITES), f"a GET wrote: {sql}"
    assert "FOR UPDATE" not in sql.upper(), f"a GET locked: {sql}"
    return execute(sql, params, many, context)


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/desk/",
        "/desk/tickets/",
        "/desk/tickets/?view=mine&status=any&priority=high&tag=x",
        "/desk/search/?q=basket",
        "/desk/tickets/new/",
        "/desk/tickets/{number}/",
        "/desk/tickets/{number}/?compose=forward",
        "/desk/messages/{message}/original/",
        "/desk/messages/{message}/placement/",
        "/desk/ui/",
        "/files/{file}/",
    ],
)
def test_reading_a_page_writes_nothing(desk, url, monkeypatch):
    monkeypatch.setattr(HttpResponseBase, "close", lambda response: None)  # what is done when the answer is out
    ticket = TicketFactory(assignee=StaffFactory(), team=TeamFactory())
    message = MessageFactory(ticket=ticket)
    file = store_files(message=message, files=[NewFile("a.txt", b"a", "text/plain")], by=None)[0]

    with connection.execute_wrapper(refuse_writes):
        response = desk.get(url.format(number=ticket.number, message=message.pk, file=file.pk))

    assert response.status_code in (200, 302)
    if response.streaming:
        assert b"".join(response.streaming_content) == b"a"
    for close in response._resource_closers:
        close()
