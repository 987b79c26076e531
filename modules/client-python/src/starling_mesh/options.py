# SPDX-License-Identifier: Apache-2.0
"""How a client behaves."""

from __future__ import annotations

import math
import ssl
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Options:
    """Times in seconds, limits as numbers of things or bytes; all above 0, else ValueError."""

    #: A pause before connecting again is drawn between this ...
    backoff_base: float = 1.0
    #: ... and twice, four times, ... as much, up to this.
    backoff_max: float = 30.0
    #: A connection that served so long starts the back-off anew.
    healthy_after: float = 10.0
    #: How long to stay away after close code 4001 (rate limit).
    rate_limited_pause: float = 60.0
    #: To open a connection, to be authenticated, and for a token to be fetched.
    open_timeout: float = 10.0
    #: To be registered; the mesh gives up after 3 s by itself.
    register_timeout: float = 10.0
    #: For an answer, and for a connection to ask on.
    request_timeout: float = 6.0
    #: An outcome without an answer on a living connection is sent again after this.
    ack_timeout: float = 30.0
    #: So often is one outcome sent before its last refusal is its answer.
    attempts: int = 6
    #: A ping so often ...
    heartbeat_interval: float = 25.0
    #: ... and a connection on which a ping stays unanswered until then is given up.
    heartbeat_timeout: float = 75.0
    #: Outcomes without an answer, sent or not; then the oldest that waits is dropped.
    outbox_limit: int = 1000
    #: Of these, sent and not answered; the rest waits.
    in_flight_limit: int = 256
    #: Outcomes and events that wait for their handler; then the oldest is dropped.
    inbox_limit: int = 1000
    #: Received outcomes that are remembered, so that none is handled twice.
    seen_limit: int = 4096
    #: Questions without an answer.
    request_limit: int = 256
    #: Bytes of one message, either way.
    message_limit: int = 10 << 20
    #: A token that a function fetches is renewed so long before its end, at most half of its life.
    renew_before: float = 30.0
    #: For wss addresses whose certificate the system does not trust by itself.
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "tls":
                _check(field.name, getattr(self, field.name), whole=field.type == "int")
        if self.heartbeat_timeout <= self.heartbeat_interval:
            raise ValueError("heartbeat_timeout: expected more than heartbeat_interval")
        if self.backoff_max < self.backoff_base:
            raise ValueError("backoff_max: expected at least backoff_base")


def _check(name: str, value: Any, *, whole: bool) -> None:
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 < value < math.inf:
        expected = "a whole number" if whole else "a number"
        raise ValueError(f"{name}: expected {expected} above 0, got {value!r}")
