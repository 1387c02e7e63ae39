"""Signatures as Standard Webhooks has them."""

import base64
import hashlib
import hmac

from helpdesk.webhooks.signing import new_key, signature


def test_key_when_made_has_256_bits_of_its_own():
    made = {new_key() for _ in range(3)}

    assert len(made) == 3
    assert {len(base64.b64decode(key.removeprefix("whsec_"))) for key in made} == {32}


def test_signature_when_made_is_that_of_the_published_example():
    """The example of the specification's own libraries."""
    made = signature(
        keys=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        identifier="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_signature_when_there_are_two_keys_holds_both():
    keys = [new_key(), new_key()]

    first, second = signature(keys=keys, identifier="a", timestamp=1, body=b"x").split(" ")

    for key, made in zip(keys, (first, second), strict=True):
        secret = base64.b64decode(key.removeprefix("whsec_"))
        assert made == "v1," + base64.b64encode(hmac.new(secret, b"a.1.x", hashlib.sha256).digest()).decode()
