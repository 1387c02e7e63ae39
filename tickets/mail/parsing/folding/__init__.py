"""Which parts of a mail are quoted mail or signature, so that a page can fold them.

Nothing is ever cut: text yields ranges, HTML gets `<details>` around what may fold. A person's own words stay visible,
answers between quotes included; where it cannot be known whose words they are, they stay visible, and a mail that
would fold as a whole stays open. Everything takes linear time.
"""

from tickets.mail.parsing.folding.markup import fold_html
from tickets.mail.parsing.folding.text import fold_text, visible_text

__all__ = ["fold_html", "fold_text", "visible_text"]
