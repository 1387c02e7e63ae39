"""What others ask about the people of directories."""

from django.utils.translation import gettext as _

from helpdesk.accounts.directory.models import Directory, DirectoryPerson
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.accounts.registries import Access


def takes_login_names() -> bool:
    """Whether people may sign in by something else than an address."""
    return Directory.objects.active().exists()


def keeps_password_of(user: User, by: User) -> str:
    """Why `by` can't give `user` a password here, empty when they can: the directory keeps it. An administrator may
    have one for the day on which the directory is away, given by an administrator."""
    found = DirectoryPerson.objects.filter(user=user).select_related("directory").first()
    if found is None:
        return ""
    if user.role == Role.ADMINISTRATOR and by.role == Role.ADMINISTRATOR and by.pk != user.pk:
        return ""
    words = _("The password is kept in the directory “%(directory)s”: change it there.")
    return words % {"directory": found.directory.name}


def login_of(user: User) -> str:
    """By which name the directory that keeps this person's password knows them."""
    return DirectoryPerson.objects.filter(user=user).values_list("login", flat=True).first() or ""


def access_of(person: User) -> list[Access]:
    """What of the person's access the directory keeps, for the page that says what they may see and why."""
    found = DirectoryPerson.objects.filter(user=person).select_related("directory").first()
    if found is None:
        return []
    because = found.get_out_because_display() if found.out_because else _("Name, role and teams follow it.")
    return [Access(found.directory.name, because), Access(found.dn, _("Their place there."))]
