"""The clock that everybody plays by."""

import time
from dataclasses import dataclass, field


@dataclass
class Stage:
    """Open for `seconds`: new operations begin, processes are killed. Then there is an `encore` in which what was begun
    may still be acknowledged, and then it is over."""

    seconds: float
    encore: float = 90.0
    began: float = field(default_factory=time.monotonic)

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.began + self.seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.began + self.seconds + self.encore

    def rest(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the play."""
        left = self.began + self.seconds - time.monotonic()
        time.sleep(max(0.0, min(seconds, left)))
