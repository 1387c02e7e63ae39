"""Bells of the chat."""

from celery import shared_task

from helpdesk.chat.actions.files import sweep_uploads
from helpdesk.chat.actions.news import spread_news


@shared_task(ignore_result=True)
def spread() -> None:
    """Tell whoever is away what was said to them."""
    spread_news()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds: tell what nobody rang for."""
    spread_news()


@shared_task(ignore_result=True)
def forget_uploads() -> None:
    """Once a night: files that were sent ahead of a line that never came."""
    sweep_uploads()
