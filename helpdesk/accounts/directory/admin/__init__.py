"""Configuring directories: where they are, what they give, how their reading goes."""

from helpdesk.accounts.directory.admin.directories import DirectoryAdmin
from helpdesk.accounts.directory.admin.people import DirectoryPersonAdmin
from helpdesk.accounts.directory.admin.runs import SyncRunAdmin

__all__ = ["DirectoryAdmin", "DirectoryPersonAdmin", "SyncRunAdmin"]
