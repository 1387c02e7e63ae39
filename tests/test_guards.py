"""The guards of the test run find what they are there to find."""

import pytest
from django.template import Context, Template
from django.template.loader import get_template

from tests.factories import TicketFactory
from tests.guards import UndefinedVariable
from tickets.models import Ticket


def test_template_of_ours_when_it_prints_an_unknown_name_then_error():
    template = get_template("tickets/desk/_row.html").template

    with pytest.raises(UndefinedVariable, match="number"):
        template.render(Context({}))


def test_template_of_somebody_else_when_it_prints_an_unknown_name_then_nothing():
    assert Template("[{{ unknown }}{{ unknown|length }}]").render(Context({})) == "[0]"


@pytest.mark.django_db
def test_rows_when_asked_for_in_no_order_then_come_in_any():
    keys = [TicketFactory().pk for _ in range(30)]

    unordered = {tuple(ticket.pk for ticket in Ticket.objects.filter(pk__in=keys)) for _ in range(5)}
    ordered = [ticket.pk for ticket in Ticket.objects.filter(pk__in=keys).order_by("pk")]

    assert len(unordered) > 1
    assert ordered == keys


@pytest.mark.xdist_group("guards")
@pytest.mark.parametrize("number", range(2))
def test_group_of_a_test_is_known_to_the_scheduler_of_the_workers(request, number):
    is_distributed = getattr(request.config.option, "loadgroup", False)

    assert request.node.nodeid.endswith("@guards") == is_distributed
