"""Every error the pipeline raises on purpose, as one tree.

::

    PipelineError                    exit 1: something failed; the message says where and what to do
    ├── ConfigError                  exit 2: feeds.yaml, a data file or the environment is wrong
    ├── UsageError                   exit 2: the command was called with something it cannot take
    ├── RefusedError                 exit 4: not approved, already sent, findings that block
    │   └── StaleEditError           the text changed since it was read; both versions are kept
    ├── LockedError                  exit 75: another run holds the lock
    ├── NotFoundError                a lookup found nothing
    │   ├── SourceNotFoundError      exit 2: the command names one that feeds.yaml has not
    │   ├── IssueNotFoundError
    │   ├── SubscriberNotFoundError
    │   └── UserNotFoundError
    ├── CollectError                 one source failed; the others go on
    │   ├── FetchError               the document could not be had
    │   │   ├── UnreadableFileError  a file beside feeds.yaml is missing or cannot be read
    │   │   ├── BlockedAddressError  the address is not one that sources may stand in
    │   │   ├── StatusError          the server answers with an error; its status is kept
    │   │   │   └── BusyError        the server asks to come back later than we wait
    │   │   ├── CutOffError          the answer broke off before its end
    │   │   ├── TooLargeError        more bytes than the limit
    │   │   ├── RobotsError          robots.txt forbids it
    │   │   │   └── RobotsUnreadableError  robots.txt cannot be had
    │   │   └── NeedsBrowserError    the site answers with a script instead of a page
    │   └── ParseError               the document could not be understood
    │       ├── LayoutError          what used to stand there is not found
    │       │   └── SelectorError    a selector found nothing; it is named
    │       └── NoArticleError       a PDF, a video … stands where an article was expected
    ├── RenderError                  a template failed; template and line are named
    └── DeliveryError                a message could not be handed over
        ├── TransientDeliveryError   it may go through later
        │   └── RelayError           nobody takes mail from us, whatever it is
        └── PermanentDeliveryError   it will not go through

An error's docstring is its default message. Stages raise what they know; only the
command line turns an error into an exit code. What this module never does: log, print, exit.
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.chinese.filling import fill


class PipelineError(Exception):
    """The pipeline failed."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | None = None, /, **values: object) -> None:
        """Take the sentence for the operator, or the class's own first docstring line.

        With ``values`` the sentence holds ``%(name)s`` for each: the desk translates it first.
        """
        doc = (type(self).__doc__ or "").strip().splitlines()
        self.template = message or (doc[0] if doc else type(self).__name__)
        self.values = values
        super().__init__(fill(self.template, values) if values else self.template)


class ConfigError(PipelineError):
    """The configuration is wrong."""

    exit_code = 2


class UsageError(PipelineError):
    """The command cannot be called like this."""

    exit_code = 2


class RefusedError(PipelineError):
    """This is refused in the present state."""

    exit_code = 4


class StaleEditError(RefusedError):
    """The text was changed by somebody else since you opened it."""


class LockedError(PipelineError):
    """Another run holds the lock."""

    exit_code = 75


class NotFoundError(PipelineError):
    """There is no such thing."""


class SourceNotFoundError(NotFoundError):
    """There is no source of that id in feeds.yaml."""

    exit_code = 2


class IssueNotFoundError(NotFoundError):
    """There is no issue of that week."""


class SubscriberNotFoundError(NotFoundError):
    """There is no such subscriber."""


class UserNotFoundError(NotFoundError):
    """There is no editor of that name."""


class CollectError(PipelineError):
    """A source could not be read."""


class FetchError(CollectError):
    """The document could not be fetched."""


class StatusError(FetchError):
    """The server answers with an error."""

    def __init__(self, message: str, status: int) -> None:
        """Keep the HTTP status."""
        super().__init__(message)
        self.status = status


class BusyError(StatusError):
    """The server asks to come back later."""

    def __init__(self, message: str, status: int, after: float) -> None:
        """Keep the seconds it asks for."""
        super().__init__(message, status)
        self.after = after


class CutOffError(FetchError):
    """The answer broke off before its end."""


class UnreadableFileError(FetchError):
    """The file or folder is missing, or cannot be read."""


class BlockedAddressError(FetchError):
    """The address is not one that sources may stand in."""


class TooLargeError(FetchError):
    """The document is larger than the limit."""


class RobotsError(FetchError):
    """robots.txt forbids fetching this."""


class RobotsUnreadableError(RobotsError):
    """robots.txt cannot be had, so nothing is fetched."""


class NeedsBrowserError(FetchError):
    """The site answers with a script instead of a page: it needs a browser."""


class ParseError(CollectError):
    """The document could not be understood."""


class LayoutError(ParseError):
    """What used to stand there is not found."""


class SelectorError(LayoutError):
    """A selector found nothing."""


class NoArticleError(ParseError):
    """The address leads to a file or a video, not to an article."""


class RenderError(PipelineError):
    """A template could not be rendered."""


class DeliveryError(PipelineError):
    """A message could not be handed over."""


class TransientDeliveryError(DeliveryError):
    """The message was put off; it may go through later."""


class RelayError(TransientDeliveryError):
    """The relay takes no mail from us, whatever it is."""


class PermanentDeliveryError(DeliveryError):
    """The message was refused for good."""
