"""The process in which hostile mails are read.

Started as `python -m tickets.mail.parsing.child MEMORY_BYTES CPU_SECONDS MAX_BYTES DIE`. It reads requests from
standard input and answers on standard output (see `wire`), until the input ends. It has limits of memory for itself
and of processor time for each mail; passing the second kills it, which its parent takes as the answer. With DIE set to
1 the kernel kills it when the thread that started it dies.
"""

import ctypes
import gc
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

from tickets.mail.parsing.errors import Unparsable
from tickets.mail.parsing.reading import parse
from tickets.mail.parsing.wire import REQUEST_HEAD, mail_to_json, pack_response

PR_SET_PDEATHSIG = 1
CRASH_VARIABLE = "HELPDESK_PARSER_CRASH"
PAGE = resource.getpagesize()


def main() -> None:
    memory_bytes, cpu_seconds, max_bytes, die = (int(argument) for argument in sys.argv[1:5])
    if die:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests = os.fdopen(os.dup(0), "rb")
    responses = os.fdopen(os.dup(1), "wb", buffering=0)
    # Whatever a library prints must not get between the answers.
    os.dup2(2, 1)
    gc.freeze()
    while (raw := _request(requests)) is not None:
        _limit_processor(cpu_seconds)
        response, goes_on = answer(raw, max_bytes)
        del raw
        _write(responses, response)
        if not goes_on:
            break


def answer(raw: bytes, max_bytes: int) -> tuple[bytes, bool]:
    """The response to one mail, and whether this process is still fit for another."""
    token = os.environ.get(CRASH_VARIABLE, "")
    if token and token.encode() in raw:
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        mail = parse(raw, max_bytes=max_bytes)
        contents = tuple(file.content for file in mail.attachments)
        return pack_response({"mail": mail_to_json(mail), "rss": _resident_bytes()}, contents), True
    except Unparsable as refused:
        return pack_response({"unparsable": str(refused)}), True
    except MemoryError:
        return pack_response({"crashed": "The parser ran out of memory"}), False
    except Exception as failure:  # noqa: BLE001 - the edge of the process: any failure is this mail's answer
        return pack_response({"crashed": _where(failure)}), True


def _where(failure: Exception) -> str:
    frame = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{type(failure).__name__} in {Path(frame.filename).name}:{frame.lineno}"


def _request(stream: BinaryIO) -> bytes | None:
    head = stream.read(REQUEST_HEAD.size)
    if len(head) < REQUEST_HEAD.size:
        return None
    size = REQUEST_HEAD.unpack(head)[0]
    raw = stream.read(size)
    return raw if len(raw) == size else None


def _write(stream: BinaryIO, response: bytes) -> None:
    view = memoryview(response)
    while view:
        view = view[stream.write(view) :]


def _limit_processor(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _resident_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * PAGE


if __name__ == "__main__":
    main()
