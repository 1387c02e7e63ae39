"""All documents are written anew, and what differs is named."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from helpdesk.search import rebuilding, tasks
from helpdesk.search.engines import engine
from helpdesk.search.models import Document, Rebuild
from tests.factories import MessageFactory
from tests.finding import found_under, indexed
from tests.peers.searchd import ENGINES, chosen_engine, searchd, started_searchd  # noqa: F401 - fixtures
from tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH", 2)


@pytest.fixture
def both(request):
    chosen_engine(request)


def told(command, capsys, **options):
    call_command(command, **options)
    return capsys.readouterr().out


@pytest.mark.parametrize("both", ENGINES, indirect=True)
def test_reindex_writes_what_is_missing_mends_what_differs_and_drops_what_is_nothing(both, capsys):
    messages = MessageFactory.create_batch(5, text="basket")
    indexed(*messages[:3])
    Message.objects.filter(pk=messages[0].pk).update(text="invoice")
    gone = indexed(MessageFactory(text="basket"))
    Message.objects.filter(pk=gone.pk).delete()

    with pytest.raises(CommandError, match="1 different, 2 missing, 1 surplus"):
        call_command("verify_search")
    said = told("reindex", capsys)

    assert "messages: 5 written, all is done." in said
    assert found_under("basket") == sorted(message.ticket_id for message in messages[1:])
    assert found_under("invoice") == [messages[0].ticket_id]
    assert told("verify_search", capsys) == "The search knows everything as it is.\n"
    assert Document.objects.exists() is not engine().is_elsewhere


def test_verifier_names_so_many_differences(capsys):
    MessageFactory.create_batch(3)

    with pytest.raises(CommandError):
        call_command("verify_search", most=2)

    assert capsys.readouterr().out.count("missing") == 2


def test_rebuilding_that_was_interrupted_goes_on_where_it_was(capsys):
    messages = MessageFactory.create_batch(5)
    rebuilding.go_on(rebuilding.begin("messages"), batches=1)

    assert (Document.objects.count(), Rebuild.objects.get().done_upto) == (2, messages[1].pk)
    Document.objects.all().delete()
    told("reindex", capsys)
    assert Document.objects.count() == 3
    told("reindex", capsys, anew=True)
    assert (Document.objects.count(), Rebuild.objects.filter(source="messages").count()) == (5, 2)


def test_rebuilding_begins_anew_when_told():
    MessageFactory.create_batch(3)
    rebuilding.go_on(rebuilding.begin("messages"), batches=1)

    assert rebuilding.begin("messages", anew=True).done_upto == 0


def test_sweep_goes_on_with_what_an_upgrade_began():
    MessageFactory.create_batch(5)
    Rebuild.objects.create(source="messages")
    Rebuild.objects.create(source="a room that is not there")

    tasks.sweep()

    assert Document.objects.count() == 5
    assert [each.finished_at is not None for each in Rebuild.objects.order_by("pk")] == [True, False]
