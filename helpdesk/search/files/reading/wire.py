"""What the worker and its child say to each other: frames, no pickle.

Request: 8 bytes length, the file. Answer: 4 bytes length, JSON in UTF-8 (`outcome`, `text`, `reason`).
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO

from helpdesk.search.files.reading.outcomes import Outcome, Reading

REQUEST = struct.Struct("<Q")
ANSWER = struct.Struct("<I")


def pack_request(content: bytes) -> bytes:
    return REQUEST.pack(len(content)) + content


def next_request(stream: BinaryIO) -> bytes | None:
    """The next file; None at the end."""
    head = stream.read(REQUEST.size)
    if len(head) < REQUEST.size:
        return None
    size = REQUEST.unpack(head)[0]
    content = stream.read(size)
    return content if len(content) == size else None


def pack_answer(reading: Reading) -> bytes:
    written = json.dumps(asdict(reading), ensure_ascii=False).encode("utf-8", "replace")
    return ANSWER.pack(len(written)) + written


def answers(said: bytes) -> Iterator[Reading]:
    """The whole answers in what was said."""
    place = 0
    while len(said) >= place + ANSWER.size:
        start = place + ANSWER.size
        place = start + ANSWER.unpack_from(said, place)[0]
        if len(said) < place:
            return
        told = json.loads(said[start:place])
        yield Reading(Outcome(told["outcome"]), told["text"], told["reason"])
