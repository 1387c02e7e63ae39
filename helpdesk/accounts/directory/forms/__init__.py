from helpdesk.accounts.directory.forms.directory import DirectoryForm

__all__ = ["DirectoryForm"]
