"""DirectAdmin: what its answers mean."""

from tests.vpn.hosting.connectors.conftest import WANTED
from vpn.hosting.connectors import Disk, Site


def test_facts_are_read(panels):
    case = panels("directadmin")

    assert case.connector.sites(case.door) == [Site("shop.example", "admin"), Site("second.example", "admin")]
    assert case.connector.disk(case.door) == [Disk("admin", int(52.5 * 1024**2))]


def test_key_ends_by_itself_and_may_make_no_other(panels):
    case = panels("directadmin")

    given = case.connector.make_access(case.door, WANTED)

    made = case.panel.keys[WANTED.name]
    assert (given.login, given.secret) == ("admin", made["key"])
    assert (made["never_expires"], made["clear_key"], made["select_allow0"]) == ("no", "yes", "ALL_USER")
    assert "CMD_API_LOGIN_KEYS" in made.values()
    # fourteen hours late, in whatever zone the panel reads it
    assert [made[name] for name in ("year", "month", "day", "hour", "minute")] == ["2030", "5", "6", "21", "8"]


def test_key_may_be_kept_to_some_commands(panels):
    case = panels("directadmin")
    case.door.options["commands"] = "CMD_FILE_MANAGER CMD_EMAIL_POP"

    case.connector.make_access(case.door, WANTED)

    made = case.panel.keys[WANTED.name]
    assert (made["select_allow0"], made["select_allow1"]) == ("CMD_FILE_MANAGER", "CMD_EMAIL_POP")
    assert "select_allow2" not in made
