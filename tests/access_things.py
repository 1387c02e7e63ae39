"""Things of the access matrix that belong to a room of their own."""

from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.models import User
from tests.factories import DirectoryFactory


def of_the_directory(clara: User) -> dict[str, int]:
    """A directory, somebody of it and a run."""
    corp = DirectoryFactory()
    return {
        "directory": corp.pk,
        "directory_person": DirectoryPerson.objects.create(directory=corp, user=clara, uid="1", dn="uid=clara").pk,
        "run": SyncRun.objects.create(directory=corp).pk,
    }
