"""A benchmark's own database, and how its processes find it."""

import pytest
from environ import Env

from helpdesk.operations.bench.scratch import url_of


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://helpdesk@/helpdesk?host=/run/helpdesk-one",
        "postgres://anna:p%40ss%2Fword@db.example:5433/helpdesk",
        "postgres://anna@127.0.0.1/helpdesk",
    ],
    ids=["socket", "password and port", "plain"],
)
def test_url_leads_to_the_same_server_and_the_other_database(url):
    target = Env.db_url_config(url)

    assert Env.db_url_config(url_of(target, "helpdesk_bench")) == target | {"NAME": "helpdesk_bench"}
