"""Errors for people: one line says what is wrong and where, one says what to do.

Every error that a host can cause or meet is a `PullquoteError`; anything else is a fault of ours.
The command line turns the class into the exit code and prints `message` and `hint`.
Errors cross process borders (executors), so each survives pickling.
"""


class PullquoteError(Exception):
    """Something failed; exit code 1.

    `message` names what is wrong and where, `hint` what to do about it. Both are plain sentences
    without a final line break.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class ConfigError(PullquoteError):
    """Wrong usage or a wrong setting; exit code 2. Several problems are one line each in `message`."""

    exit_code = 2


class Waiting(PullquoteError):  # noqa: N818 - not a failure: a gate is closed until the host has decided
    """A gate waits for the host; exit code 3."""

    exit_code = 3


class Refused(PullquoteError):  # noqa: N818 - the guard's verdict, not a malfunction
    """A guard refused to go on, for a quote or a release; exit code 4."""

    exit_code = 4


class AudioError(PullquoteError):
    """A recording that cannot be read, is empty or silent, or changed while it was read."""


class SpeechError(PullquoteError):
    """Recognition cannot start or failed: no weights, an engine that is not installed."""


class StorageError(PullquoteError):
    """The object store refused, failed or is not there."""
