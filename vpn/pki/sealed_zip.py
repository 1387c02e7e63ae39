"""ZIP sealed with AES-256: WinZip's AE-2 (https://www.winzip.com/en/support/aes-encryption/).

The format fixes PBKDF2 at 1,000 rounds of HMAC-SHA-1, so all of its strength is the passphrase's: make one that nobody
can guess. AES counts little-endian here, which no library's counter mode does; so we count ourselves.
"""

import hashlib
import hmac
import io
import secrets
import struct
import zlib
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ROUNDS, SALT_BYTES, KEY_BYTES, CHECK_BYTES, CODE_BYTES = 1000, 16, 32, 2, 10
AES_METHOD, DEFLATED, SEALED_FLAG = 99, 8, 0x1
AES_FIELD = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, DEFLATED)  # AE-2, AES-256, deflated
VERSION = 51
UNIX, REGULAR = 3, 0o100000


def make(files: Mapping[str, bytes], passphrase: str, *, mode: int = 0o600, at: datetime | None = None) -> bytes:
    """The archive; names are written as they come, in UTF-8, and kept by the same passphrase."""
    made, directory = io.BytesIO(), io.BytesIO()
    moment = (at or datetime.now()).timetuple()[:6]  # noqa: DTZ005 - ZIP knows only local time
    for name, content in files.items():
        offset, sealed = made.tell(), seal(_deflated(content), passphrase)
        encoded = name.encode()
        head = _head(encoded, moment, len(sealed), len(content))
        made.write(b"PK\x03\x04" + head + encoded + AES_FIELD + sealed)
        directory.write(
            b"PK\x01\x02" + struct.pack("<BB", VERSION, UNIX) + head
            + struct.pack("<HHHLL", 0, 0, 0, (REGULAR | mode) << 16, offset) + encoded + AES_FIELD
        )  # fmt: skip
    start, listed = made.tell(), directory.getvalue()
    count = len(files)
    made.write(listed + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(listed), start, 0))
    return made.getvalue()


def seal(content: bytes, passphrase: str) -> bytes:
    """Salt, two bytes that tell a wrong passphrase early, the content, and the code that tells a changed one."""
    salt = secrets.token_bytes(SALT_BYTES)
    derived = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), salt, ROUNDS, 2 * KEY_BYTES + CHECK_BYTES)
    key, code_key, check = derived[:KEY_BYTES], derived[KEY_BYTES:-CHECK_BYTES], derived[-CHECK_BYTES:]
    sealed = _counted(content, key)
    return salt + check + sealed + hmac.new(code_key, sealed, hashlib.sha1).digest()[:CODE_BYTES]


def _counted(content: bytes, key: bytes) -> bytes:
    """AES in counter mode from 1, the counter little-endian."""
    blocks = -(-len(content) // 16)
    counters = b"".join(number.to_bytes(16, "little") for number in range(1, blocks + 1))
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - of counters, which is counter mode
    stream = encryptor.update(counters) + encryptor.finalize()
    mixed = int.from_bytes(content, "big") ^ int.from_bytes(stream[: len(content)], "big")
    return mixed.to_bytes(len(content), "big")


def _deflated(content: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezer.compress(content) + squeezer.flush()


def _head(name: bytes, moment: tuple[int, ...], sealed: int, plain: int) -> bytes:
    """What the file's own header and the directory's line have in common; AE-2 leaves the CRC out."""
    year, month, day, hour, minute, second = moment
    date, time = (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2
    return struct.pack(
        "<HHHHHLLLHH", VERSION, SEALED_FLAG | 0x800, AES_METHOD, time, date, 0, sealed, plain, len(name), len(AES_FIELD)
    )
