# SPDX-License-Identifier: Apache-2.0
"""How long to wait before connecting again."""

from __future__ import annotations

import random

from .options import Options

#: Closes that send a client elsewhere at once: the node ends, or is cut off from the mesh.
ELSEWHERE = frozenset({1001, 1012})
RATE_LIMITED = 4001


class Backoff:
    """The pause after each failure in a row, drawn so that agents do not come back all at once."""

    def __init__(self, options: Options, addresses: int) -> None:
        self._options = options
        self._addresses = addresses
        self._failures = 0
        self._sent_elsewhere = 0

    def pause(self, close_code: int | None) -> float:
        """Seconds to wait before the next address after one more failure."""
        if close_code == RATE_LIMITED:
            return self._options.rate_limited_pause + random.random() * self._options.backoff_base
        if close_code in ELSEWHERE:
            self._sent_elsewhere += 1
            if self._sent_elsewhere < self._addresses:
                return 0.0
        self._sent_elsewhere = 0
        # It grows once all addresses have failed.
        doublings = min(self._failures // self._addresses + 1, 30)
        self._failures += 1
        longest = min(self._options.backoff_max, self._options.backoff_base * 2**doublings)
        return random.uniform(self._options.backoff_base, longest)

    def reset(self) -> None:
        """A connection was healthy."""
        self._failures = 0
        self._sent_elsewhere = 0
