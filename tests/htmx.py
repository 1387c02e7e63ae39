"""What a browser with htmx does to the page, done to text: a fragment's test ends with `applied(...) == a reload`.

Supports what the pages use: one target swapped as `outerHTML`, and out-of-band pieces (`true`, `outerHTML`,
`beforeend:#id` or `afterbegin:#id`). Elements compare by tag, attributes and text; white space between elements does
not count.
"""

import re

from lxml import html as lxml_html

HTMX = {"HX-Request": "true"}
CHANGING = ("csrfmiddlewaretoken", "key")


def tree(text):
    """The parsed page or fragment; a fragment's elements stand in one body."""
    return lxml_html.document_fromstring(text if "<html" in text else f"<html><body>{text}</body></html>")


def applied(page, response, *, target):
    """The page after htmx has put `response` in the place of the element `target` (an id) and its extras elsewhere."""
    document = tree(page)
    body = tree(response.content.decode()).find("body")
    main = []
    for element in list(body):
        where = element.attrib.pop("hx-swap-oob", None)
        if where is None:
            main.append(element)
        elif where.startswith("afterbegin:#"):
            place = document.get_element_by_id(where.removeprefix("afterbegin:#"))
            for index, child in enumerate(list(element)):
                place.insert(index, child)
        elif where.startswith("beforeend:#"):
            place = document.get_element_by_id(where.removeprefix("beforeend:#"))
            for child in list(element):
                place.append(child)
        else:
            _replace(document.get_element_by_id(element.get("id")), [element])
    _replace(document.get_element_by_id(target), main)
    return document


def _replace(old, new):
    parent = old.getparent()
    index = parent.index(old)
    parent.remove(old)
    for offset, element in enumerate(new):
        element.tail = None
        parent.insert(index + offset, element)


def shown(document_or_text, *, inside="main"):
    """A form of the page that compares: what differs from one rendering to the next on purpose is left out."""
    document = tree(document_or_text) if isinstance(document_or_text, str) else document_or_text
    root = document.get_element_by_id(inside)
    return list(_walk(root))


def _walk(element):
    if not isinstance(element.tag, str):
        return
    attributes = {name: value for name, value in element.attrib.items() if name not in ("autofocus", "data-since")}
    if attributes.get("name") in CHANGING:
        attributes.pop("value", None)
    yield element.tag, tuple(sorted(attributes.items()))
    yield from _words(element.text)
    for child in element:
        yield from _walk(child)
        yield from _words(child.tail)


def _words(text):
    words = re.sub(r"\s+", " ", text or "").strip()
    if words:
        yield words
