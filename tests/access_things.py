"""Things of the access matrix that belong to a room of their own."""

from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Organisation, User
from helpdesk.core.uploads import NewFile
from tests.chat import told
from tests.factories import DirectoryFactory, StaffFactory, TeamFactory
from tests.vpn.hosting.makers import an_entry, granted, put
from vpn.hosting.actions.dropping import make_link
from vpn.hosting.models import RevealRequest


def of_the_directory(clara: User) -> dict[str, int]:
    """A directory, somebody of it and a run."""
    corp = DirectoryFactory()
    return {
        "directory": corp.pk,
        "directory_person": DirectoryPerson.objects.create(directory=corp, user=clara, uid="1", dn="uid=clara").pk,
        "run": SyncRun.objects.create(directory=corp).pk,
    }


def of_the_vault(shop: Organisation, anna: User, pavel: User) -> dict[str, object]:
    """An entry of the shop with a secret; a grant of it to a contractor, a request and a link."""
    entry = an_entry(shop, pavel)
    secret = put(entry, pavel)
    given = granted(entry, StaffFactory(role=Role.CONTRACTOR), pavel)
    asked = RevealRequest.objects.create(secret=secret, by=anna, reason="The shop is down")
    made, address = make_link(organisation=shop, asked="root", by=anna)
    return {
        "vault_entry": entry.pk,
        "vault_secret": secret.pk,
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
