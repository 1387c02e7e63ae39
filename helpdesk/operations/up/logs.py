"""The children's log files: kept from growing for ever, and their warnings said on the console."""

import json
import re
import shutil
from pathlib import Path

LIMIT = 20 * 1024 * 1024
LOUD = {"warning", "error", "critical"}
LOUD_WORD = re.compile(r"\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)\b")
LINES_AT_ONCE = 5


class Tail:
    """Reads what was appended to one log since the last look."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.position = path.stat().st_size if path.exists() else 0

    def warnings(self) -> list[str]:
        """The new lines that a person should see, at most a handful; the file has them all."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(self.position if size >= self.position else 0)
            lines = file.readlines()
        if lines and not lines[-1].endswith(b"\n"):
            lines.pop()
        self.position = (self.position if size >= self.position else 0) + sum(map(len, lines))
        found = [text for line in lines if (text := loud(line.decode(errors="replace").strip()))]
        more = [f"… {len(found) - LINES_AT_ONCE} more in {self.path}"] if len(found) > LINES_AT_ONCE else []
        return [f"{self.name}: {text}" for text in found[:LINES_AT_ONCE] + more]

    def trim(self) -> None:
        """Start the file anew when it has grown over `LIMIT`; the former contents stay as `.log.1`.

        It's copied and emptied, not renamed: the writers have it open for appending.
        """
        if self.path.exists() and self.path.stat().st_size > LIMIT:
            shutil.copyfile(self.path, self.path.with_suffix(".log.1"))
            with self.path.open("r+b") as file:
                file.truncate(0)
            self.position = 0


def loud(line: str) -> str:
    """A log line as it should stand on the console; empty when it needn't."""
    if line.startswith("{"):
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            return ""
        return str(event.get("event", ""))[:300] if event.get("level") in LOUD else ""
    return line[:300] if LOUD_WORD.search(line) else ""
