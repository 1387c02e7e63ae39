"""Things of the access matrix that belong to a room of their own."""

from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.models import User
from helpdesk.core.uploads import NewFile
from tests.chat import told
from tests.factories import DirectoryFactory, TeamFactory
from tests.vpn_hosts import vpn_session


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
