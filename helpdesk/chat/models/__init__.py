from helpdesk.chat.models.line import EarlierLine, Enclosure, Line, Untold
from helpdesk.chat.models.room import Reading, Room, RoomQuerySet

__all__ = ["EarlierLine", "Enclosure", "Line", "Reading", "Room", "RoomQuerySet", "Untold"]
