"""The one door through which words and HTML from outside become fit to be shown.

HTML goes through `nh3` with explicit allow-lists, and nothing else in the house calls `nh3`. What a cleaner returns is
canonical: every element closed, every attribute quoted, every `<` of the text escaped. Nothing here needs Django, so
the short-lived parsing processes can import it cheaply.
"""

from helpdesk.core.sanitising.markup import CleanHtml, clean_mail_html, clean_markdown_html, clean_original_html
from helpdesk.core.sanitising.names import clean_name, readable_address
from helpdesk.core.sanitising.plain import html_to_text

__all__ = [
    "CleanHtml",
    "clean_mail_html",
    "clean_markdown_html",
    "clean_name",
    "clean_original_html",
    "html_to_text",
    "readable_address",
]
