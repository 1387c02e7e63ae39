"""format=flowed undone (RFC 3676): paragraphs that the sender's program broke become one line again."""


def unflow(text: str, *, delete_space: bool) -> str:
    """Join lines that end in a space to the next one of the same quote depth; stuffed spaces come off."""
    out: list[str] = []
    paragraph: list[str] = []
    paragraph_depth = 0
    for line in text.split("\n"):
        depth, body = _quote_depth(line)
        if paragraph and (depth != paragraph_depth or body == "-- "):
            out.append(_quoted(paragraph_depth, "".join(paragraph)))
            paragraph = []
        if body == "-- ":
            out.append(_quoted(depth, body))
        elif body.endswith(" "):
            paragraph.append(body[:-1] if delete_space else body)
            paragraph_depth = depth
        else:
            paragraph.append(body)
            out.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
    if paragraph:
        out.append(_quoted(paragraph_depth, "".join(paragraph)))
    return "\n".join(out)


def _quote_depth(line: str) -> tuple[int, str]:
    body = line.lstrip(">")
    depth = len(line) - len(body)
    return depth, body[1:] if body.startswith(" ") else body


def _quoted(depth: int, body: str) -> str:
    return f"{'>' * depth} {body}" if depth else body
