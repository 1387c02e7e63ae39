"""Structured logs: one JSON object a line in production, readable lines on a terminal; never a secret."""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from helpdesk.core.context import current_origin

SECRET_NAMES = re.compile(r"pass(word|wd)?|secret|token|authori[sz]ation|cookie|api_?key|private_?key", re.I)
URL_PASSWORD = re.compile(r"(\w+://[^:/\s@]*):[^@/\s]+@")


def add_origin(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The request id and the door, on every line."""
    origin = current_origin()
    if origin.request_id:
        event.setdefault("request_id", origin.request_id)
        event.setdefault("door", origin.door)
    return event


def hide_secrets(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Values under secret names and passwords inside URLs never reach the log."""
    for key, value in event.items():
        if SECRET_NAMES.search(key):
            event[key] = "[hidden]"
        elif isinstance(value, str):
            event[key] = URL_PASSWORD.sub(r"\1:[hidden]@", value)
    return event


def logging_config(*, level: str, form: str) -> None:
    """Send structlog and the standard library's loggers to standard error in one form (`json` or `console`)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_origin,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter: dict[str, Any] = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            renderer,
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                "mail.log": {"level": "WARNING"},
                "celery": {"level": "WARNING"},
            },
        }
    )
