# SPDX-License-Identifier: Apache-2.0
"""What agents send, receive and are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .wire import Message


class State(StrEnum):
    """Where an agent stands."""

    #: Not connected, and not about to be: before connect(), and after the end.
    CLOSED = "closed"
    CONNECTING = "connecting"
    #: In the mesh: it is sent what matches it.
    REGISTERED = "registered"
    #: Without a connection, about to try again.
    WAITING = "waiting"


@dataclass(frozen=True)
class Outcome:
    """Something that an agent found out and emitted.

    id          of the outcome; with `source` unique in the mesh
    source      id of the agent that emitted it
    payload     any JSON
    confidence  0 to 1, or None where the emitter said none
    hops        how many syntheses deep it is
    similarity  cosine of its fingerprint and the receiver's, or None where the mesh said none
    replayed    whether it was emitted while the receiver was away
    packet      all of it as it came, with fields of the emitter's own
    """

    id: str
    source: str
    payload: Any
    confidence: float | None
    hops: int
    similarity: float | None
    replayed: bool
    packet: Mapping[str, Any]

    @staticmethod
    def of(message: Message) -> Outcome | None:
        """The outcome of an `incoming_outcome`, or None where the message holds none."""
        packet = message.get("packet")
        if not isinstance(packet, dict):
            return None
        hops = packet.get("hops")
        return Outcome(
            id=str(packet.get("outcome_id", "")),
            source=str(packet.get("source_agent", "")),
            payload=packet.get("payload"),
            confidence=packet.get("confidence"),
            hops=hops if isinstance(hops, int) else 0,
            similarity=message.get("similarity"),
            replayed=message.get("replayed") is True,
            packet=packet,
        )


@dataclass(frozen=True)
class Ack:
    """What became of an outcome that was emitted.

    status         "routed"; "duplicate" where the mesh had it already, with what became of it the
                   first time; "expired" where it is too many syntheses deep, and went to nobody
    outcome_id     as emitted
    matches_found  agents that it matched
    routed_to      their ids, the most similar first
    partial        whether a part of the mesh was silent, and agents may have been missed
    """

    status: str
    outcome_id: str
    matches_found: int
    routed_to: tuple[str, ...]
    partial: bool

    @staticmethod
    def of(message: Message) -> Ack:
        """The ack that an `outcome_ack` is."""
        return Ack(
            status=str(message.get("status", "")),
            outcome_id=str(message.get("outcome_id", "")),
            matches_found=int(message.get("matches_found") or 0),
            routed_to=tuple(message.get("routed_to") or ()),
            partial=message.get("partial") is True,
        )


@dataclass(frozen=True)
class Match:
    """An agent that is similar to what was asked for: cosine `similarity`, −1 to 1."""

    agent_id: str
    similarity: float


@dataclass(frozen=True)
class Event:
    """Something that the agent is subscribed to: its `type`, and the whole `message`."""

    type: str
    message: Mapping[str, Any]


@dataclass
class Counters:
    """What was left out, so that nothing is lost in silence; counts since the agent was made.

    outcomes_dropped   emitted, and never sent because the outbox was full
    inbox_dropped      outcomes and events that came faster than their handlers took them
    duplicates         outcomes that came again, such as after a reconnection
    handler_failures   handlers that raised
    messages_ignored   that were no message of the mesh: binary, no JSON, without a field they need
    """

    outcomes_dropped: int = 0
    inbox_dropped: int = 0
    duplicates: int = 0
    handler_failures: int = 0
    messages_ignored: int = 0


class Recent:
    """The last `limit` outcomes received, by source and id."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._keys: dict[tuple[str, str], None] = {}

    def add(self, source: str, outcome_id: str) -> bool:
        """Remembers one; False if it was known. One without an id is always new."""
        if not outcome_id:
            return True
        key = (source, outcome_id)
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._limit:
            del self._keys[next(iter(self._keys))]
        return True


def lineage(parents: Iterable[str | Outcome]) -> tuple[list[str], int | None]:
    """The ids that an outcome derives from, and how deep it is as far as that is known here."""
    ids = []
    deepest = None
    for parent in parents:
        if isinstance(parent, Outcome):
            ids.append(parent.id)
            deepest = max(deepest or 0, parent.hops + 1)
        else:
            ids.append(parent)
    return ids, deepest
