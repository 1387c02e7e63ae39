"""Programs that talk to the API."""

import json

from django.test import Client

from helpdesk.accounts.actions import tokens


class Program(Client):
    """Sends its owner's token with every request; answers are parsed by `.json()`."""

    def __init__(self, owner, scopes=None):
        super().__init__(
            headers={"Authorization": f"Bearer {tokens.issue(user=owner, by=None, name='t', scopes=scopes)}"}
        )

    def post_json(self, path, document, **headers):
        return self.post(path, json.dumps(document), content_type="application/json", headers=headers)


def problem_of(response):
    """The problem document of an error, after checking that it is one."""
    assert response["Content-Type"] == "application/problem+json", response
    document = json.loads(response.content)
    assert document["status"] == response.status_code
    assert set(document) == {"type", "title", "status", "detail", "errors"}
    return document
