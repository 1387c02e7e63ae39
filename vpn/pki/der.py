"""The few pieces of DER (ITU-T X.690) that an encrypted private key is written with."""


def sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def octets(content: bytes) -> bytes:
    return _tagged(0x04, content)


def null() -> bytes:
    return _tagged(0x05, b"")


def integer(number: int) -> bytes:
    """A number that isn't negative; the first bit is the sign's."""
    return _tagged(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def identifier(dotted: str) -> bytes:
    """An object identifier, such as `1.2.840.113549.1.5.13`."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return _tagged(0x06, b"".join(_base128(arc) for arc in (40 * first + second, *rest)))


def _base128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


def _tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content
