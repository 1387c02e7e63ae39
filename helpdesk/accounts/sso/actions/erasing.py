"""What single sign-on keeps of a person who is erased: nothing that says who they were."""

from helpdesk.accounts.sso.actions import visits
from helpdesk.accounts.sso.enums import Ending
from helpdesk.accounts.sso.models import Consent, OutsideIdentity, Visit
from helpdesk.core.erasing import Erased


def forget(erased: Erased) -> None:
    """In the caller's transaction. Open visits end and the sites are told; what outside providers knew the person by
    goes."""
    visits.end(
        visits=list(Visit.objects.open().filter(user=erased.person).values_list("pk", flat=True)),
        why=Ending.ACCESS_ENDED,
    )
    OutsideIdentity.objects.filter(user=erased.person).delete()
    Consent.objects.filter(user=erased.person).delete()
