"""How long to rest between two reads of a stream."""

from __future__ import annotations

# A read passes over all that MiniStack retains: rest ten times as long as it took.
REST_FACTOR = 10
# A read that waited for a door which is starting again says nothing about the stream.
LONGEST_REST_SECONDS = 5.0


class Polling:
    """Rests `shortest` seconds while records come, up to `longest` while none do.

    Longer when reading itself is slow, but never longer than LONGEST_REST_SECONDS (or `longest`);
    and not at all when there is more to read at once.
    """

    def __init__(self, *, shortest: float, longest: float) -> None:
        self._shortest = shortest
        self._longest = longest
        self._pause = shortest

    def pause(self, *, found: bool, is_behind: bool, took_seconds: float) -> float:
        """The seconds to rest after a read that found records or not, and took so long."""
        if is_behind:
            return 0.0
        self._pause = self._shortest if found else min(self._pause * 1.5, self._longest)
        return max(self._pause, min(REST_FACTOR * took_seconds, LONGEST_REST_SECONDS))
