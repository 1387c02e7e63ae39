"""Whose name is whose."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.prepared import Prepared
from vpn.models import Device
from vpn.names import skeleton_of
from vpn.pki.naming import check_device, check_login, common_name


def sound_name(*, person: User, login: str, device: str) -> Device:
    """The person's device of this name: the row there is, or a new one that is not kept yet. One that an import left
    without an owner becomes theirs. Raises Refused for names that are not sound, are another person's, or read like
    another device's."""
    login, device = check_login(login), check_device(device)
    name = common_name(login, device)
    near = _near(login=login, name=name, skeleton=skeleton_of(name), person=person.pk)
    if any(each.login == login and each.owner_id not in (None, person.pk) for each in near):
        raise Refused(_("The login %(login)s belongs to somebody else here: choose another.") % {"login": login})
    found = next((each for each in near if each.common_name.lower() == name), None)
    if found is not None:
        if found.owner_id not in (None, person.pk):
            raise Refused(_("Another person's device is called %(name)s: choose another name.") % {"name": name})
        found.owner = person
        return found
    alike = next((each for each in near if each.skeleton == skeleton_of(name)), None)
    if alike is not None:
        raise Refused(
            _("%(name)s reads like %(other)s, which is there already: choose a name that nobody takes for it.")
            % {"name": name, "other": alike.common_name}
        )
    return Device(owner=person, login=login, name=device, common_name=name, skeleton=skeleton_of(name))


def holder_of(login: str) -> User | None:
    """Whose login it is: whoever has a device of it, else the one active member of staff whose address begins with it;
    None where that is nobody, or several."""
    known = Device.objects.filter(login=login, owner__isnull=False).select_related("owner").first()
    if known is not None:
        return known.owner
    found = list(User.objects.active().staff().filter(email__startswith=f"{login}@").order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _build_near(*, login: str, name: str, skeleton: str, person: int) -> QuerySet[Any]:
    """Other people's devices of the login, the one of the name, and one that reads like it: a statement for all."""
    strangers = Q(login=login, owner__isnull=False) & ~Q(owner=person)
    named = Q(lower=name) | Q(skeleton=skeleton)
    return Device.objects.annotate(lower=Lower("common_name")).filter(strangers | named).order_by("pk")


_near: Prepared[Device] = Prepared(_build_near)


def login_for(person: User) -> str:
    """What to propose: the login of the person's other devices, or what their address begins with; "" for nothing
    sound."""
    known = Device.objects.filter(owner=person).order_by("-pk").values_list("login", flat=True).first()
    proposed = known or "".join(
        letter if letter.isalnum() else "-" for letter in (person.email or "").partition("@")[0].lower()
    )
    try:
        return check_login(proposed.strip("-"))
    except Refused:
        return ""
