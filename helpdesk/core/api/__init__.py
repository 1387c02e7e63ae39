"""The frame of the JSON API: the application, its problem documents, its pages. The rooms bring the routes."""

from helpdesk.core.api.application import Api
from helpdesk.core.api.editions import ensure_edition, is_conditional, with_edition
from helpdesk.core.api.pages import Limit, by_key, by_moment
from helpdesk.core.api.problems import Problem
from helpdesk.core.api.values import BigKey, CleanText, Moment, Strict, Words

__all__ = [
    "Api",
    "BigKey",
    "CleanText",
    "Limit",
    "Moment",
    "Problem",
    "Strict",
    "Words",
    "by_key",
    "by_moment",
    "ensure_edition",
    "is_conditional",
    "with_edition",
]
