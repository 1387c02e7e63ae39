"""Things of the access matrix that belong to a room of their own."""

from datetime import timedelta

from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Organisation, User
from helpdesk.core.uploads import NewFile
from tests.chat import told
from tests.factories import DirectoryFactory, StaffFactory, TeamFactory
from tests.vpn.hosting.makers import granted, put
from tests.vpn_hosts import vpn_session
from vpn.hosting.actions.dropping import make_link
from vpn.hosting.actions.places import NewPlace, hand_over
from vpn.hosting.actions.temporary import ask
from vpn.hosting.models import EntryDoor, RevealRequest


def of_the_directory(clara: User) -> dict[str, int]:
    """A directory, somebody of it and a run."""
    corp = DirectoryFactory()
    return {
        "directory": corp.pk,
        "directory_person": DirectoryPerson.objects.create(directory=corp, user=clara, uid="1", dn="uid=clara").pk,
        "run": SyncRun.objects.create(directory=corp).pk,
    }


def of_the_vpn_hosts() -> dict[str, int]:
    """The host of a server, and a session there."""
    session = vpn_session()
    return {"vpn_host": session.server.host.pk, "vpn_session": session.pk}


def of_the_vault(shop: Organisation, anna: User, pavel: User, clara: User) -> dict[str, object]:
    """An entry that Clara handed over, with a secret; a grant of it to a contractor, a request and a link."""
    entry = hand_over(place=NewPlace("server", "Web server"), kind="password", label="own", value="x", by=clara)
    secret = put(entry, pavel)
    given = granted(entry, StaffFactory(role=Role.CONTRACTOR), pavel)
    door = EntryDoor.objects.create(
        entry=entry, secret=secret, connector="plesk", address="https://panel.example:8443", created_by=pavel
    )
    access = ask(door=door, for_whom=anna, by=anna, reason="The shop is down", lasting=timedelta(hours=1))
    asked = RevealRequest.objects.create(secret=secret, by=anna, reason="The shop is down")
    made, address = make_link(organisation=shop, asked="root", by=anna)
    return {
        "vault_entry": entry.pk,
        "vault_secret": secret.pk,
        "vault_door": door.pk,
        "vault_access": access.pk,
        "vault_grant": given.pk,
        "vault_request": asked.pk,
        "vault_link": made.pk,
        "drop": address.rstrip("/").rsplit("/", 1)[1],
    }


def of_the_chat(anna: User, marta: User) -> dict[str, object]:
    """What Anna said to Marta, with a file; and a team that is Anna's."""
    team = TeamFactory()
    team.members.add(anna)
    line = told(anna, marta, files=[NewFile("a.txt", b"a", "text/plain")])
    return {
        "room": line.room_id,
        "line": line.pk,
        "enclosure": line.enclosures.get().pk,
        "chatting_team": team.pk,
        "marta": marta.pk,
    }
