# SPDX-License-Identifier: Apache-2.0
"""What goes wrong between an agent and the mesh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Refusals that pass by themselves: what was refused is sent again, under the same ids.
PASSING = frozenset({"RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"})


class MeshError(Exception):
    """A refusal of the mesh, or what became of a message that it never answered.

    code        one of the mesh's, such as INVALID_FINGERPRINT, or one of this client's:
                AUTHENTICATION, CLOSED, CONNECTION_LOST, DROPPED, INVALID_MESSAGE, INVALID_TOKEN,
                MALFORMED, NO_ANSWER, NO_CONNECTION, NOT_CONNECTED, TOKEN_UNAVAILABLE, TOO_LARGE,
                TOO_MANY
    message     for a person
    details     what the mesh said more precisely, such as field, expected, came; never None
    close_code  with which the connection ended, where that is what went wrong
    retrying    whether the client tries again by itself
    """

    def __init__(
        self,
        code: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        *,
        close_code: int | None = None,
        retrying: bool = False,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details: Mapping[str, Any] = dict(details or {})
        self.close_code = close_code
        self.retrying = retrying

    @property
    def passing(self) -> bool:
        """Whether the same message may be taken later."""
        return self.code in PASSING

    def copy(self) -> MeshError:
        """The same for one more receiver: a raised exception collects the traces of all."""
        return MeshError(
            self.code,
            self.message,
            self.details,
            close_code=self.close_code,
            retrying=self.retrying,
        )


class TaskError(Exception):
    """Raised by `on_task`: why the task failed, and whether another agent might do it.

    reason  for a person; shortened to the 1024 characters that the mesh takes
    retry   True where the mesh should give it to another agent; else the task ends as failed
    """

    def __init__(self, reason: str, *, retry: bool = False) -> None:
        super().__init__(reason)
        self.retry = retry


def error_of(message: Mapping[str, Any]) -> MeshError:
    """The error that a message of the type `error` tells of."""
    details = message.get("details")
    return MeshError(
        str(message.get("code") or "ERROR"),
        str(message.get("message") or message.get("error") or ""),
        details if isinstance(details, Mapping) else None,
    )
