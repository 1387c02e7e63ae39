"""Calling a colleague in a text, by an @ and their handle."""

import re

MENTION = re.compile(r"(?<![\w@/.+-])@(\w++(?:[.+-]++\w++)*+(?:@\w++(?:[.-]++\w++)*+)?+)")
"""A mention at the beginning of a word; its group is the handle, as it was written."""
