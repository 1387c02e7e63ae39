"""What open pages are told, read where it is written."""

from django.conf import settings
from redis import Redis

from helpdesk.notifications.live.happenings import stream_key


def newest_line():
    """Of the stream in Valkey: the kind of a thing and its keys."""
    with Redis.from_url(settings.REDIS_URL, decode_responses=True) as valkey:
        [(_position, line)] = valkey.xrevrange(stream_key(), count=1)
    return line["kind"], line["keys"]
