"""Every mail that nobody here wrote reaches exactly one final state through the whole way in."""

from pathlib import Path

import pytest

from helpdesk.core.context import acting_from
from tickets.enums import MessageKind
from tickets.mail.enums import FINAL_STATES, RawMailState
from tickets.mail.models import RawMail
from tickets.models import Message

SAMPLES = Path(__file__).parents[4] / "shared" / "mail_samples"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".eml", ".msg", ".txt") and path.is_file())

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("folder", ["bounces", "mime", "mimekit", "replies"])
def test_samples_when_delivered_then_each_in_one_final_state(deliver, folder):
    files = [path for path in FILES if path.relative_to(SAMPLES).parts[0] == folder]
    assert files

    with acting_from("mail"):
        raws = [deliver(path.read_bytes()) for path in files]

    unsettled = [
        (path.name, raw.state, raw.reason)
        for path, raw in zip(files, raws, strict=True)
        if raw.state not in FINAL_STATES
    ]
    assert unsettled == []
    faults = [
        (path.name, raw.reason) for path, raw in zip(files, raws, strict=True) if raw.state == RawMailState.QUARANTINED
    ]
    assert faults == []
    without_message = RawMail.objects.filter(state=RawMailState.PROCESSED, kind="message", message__isnull=True)
    assert not without_message.exists()


def test_replies_when_delivered_then_text_is_whole_and_own_words_visible(deliver):
    for path in sorted((SAMPLES / "replies").iterdir()):
        body = path.read_bytes()
        raw = (
            b"From: c@shop.example\r\nMessage-ID: <"
            + path.name.encode()
            + b"@x>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        )

        message = deliver(raw + body.replace(b"\n", b"\r\n")).message

        assert " ".join(message.text.split()) == " ".join(body.decode("utf-8", "replace").split()), path.name
        assert message.visible_text, path.name


def test_bounces_when_delivered_then_open_no_ticket(deliver):
    raws = [deliver(path.read_bytes()) for path in FILES if path.parent.name == "bounces"]

    bounced = [raw for raw in raws if raw.kind in ("bounce", "feedback", "vacation")]
    assert len(bounced) > 200
    assert not Message.objects.filter(pk__in=[raw.message_id for raw in bounced], kind=MessageKind.INBOUND).exists()
