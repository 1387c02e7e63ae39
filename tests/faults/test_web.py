"""R04: a web worker dies under a reply; the same form, sent again, is one reply."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from helpdesk.operations.nemesis.agents import NoAnswer
from tests.peers.house import blocked_backends, frozen, said
from tests.peers.processes import eventually
from tickets.models import Ticket

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("house")]


def test_r04_reply_when_its_worker_is_killed_before_the_commit_then_the_same_form_again_is_one_reply(house):
    ticket = house.opened()
    path, fields, word = house.reply_form(ticket)

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=ticket.pk)
            under_way = other.submit(house.browser.post, path, fields)
            eventually(blocked_backends, seconds=60)
            house.kill_web_workers()
            with pytest.raises(NoAnswer):
                under_way.result(60)
        before = said(word)
        status = house.post_until_answered(path, fields)

    assert (before, status, said(word)) == (0, 303, 1)


def test_r04_reply_when_its_worker_is_killed_after_the_commit_then_the_same_form_again_is_one_reply(house):
    ticket = house.opened()
    path, fields, word = house.reply_form(ticket)

    with ThreadPoolExecutor(1) as other:
        with frozen(house.pid("valkey")):  # the bell after the commit takes its time
            under_way = other.submit(house.browser.post, path, fields)
            eventually(lambda: said(word), every=0.01)
            house.kill_web_workers()
            with pytest.raises(NoAnswer):
                under_way.result(60)
        status = house.post_until_answered(path, fields)

    assert (status, said(word)) == (303, 1)
    assert eventually(lambda: [mail for mail in house.peer.received if word in mail.text], seconds=60)
    assert sum(word in mail.text for mail in house.peer.received) == 1
