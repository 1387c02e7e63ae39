from helpdesk.accounts.directory.models.directory import Directory, DirectoryQuerySet, GroupRule
from helpdesk.accounts.directory.models.person import DirectoryPerson
from helpdesk.accounts.directory.models.run import SyncRun

__all__ = ["Directory", "DirectoryPerson", "DirectoryQuerySet", "GroupRule", "SyncRun"]
