"""The JSON API at `/api/v1/`: what the rooms bring, under one door."""

from helpdesk.accounts import api as accounts
from helpdesk.accounts.bearer import by_token, needs
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import Api
from helpdesk.webhooks import api as webhooks
from tickets import api as tickets
from tickets.mail import api as mail

api = Api(
    title="Helpdesk",
    version="1",
    urls_namespace="api",
    description=(
        "Everything is seen and done as the owner of the token. Lists come in pages: `next` is the `cursor` of the"
        " following page, null on the last. Errors are problem documents (RFC 9457). `RateLimit-Policy` says"
        " how often a token may ask within a minute, `RateLimit` what is left."
    ),
    auth=needs(Scope.READ),
    throttle=[by_token],
    docs_url=None,
)
for router in (*tickets.routers, *accounts.routers, mail.router, webhooks.router):
    api.add_router("", router)
