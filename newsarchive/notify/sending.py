"""Sends a message by every channel that is set up; what one cannot do does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread

from newsarchive.notify import _command, _mail, _webhook
from newsarchive.notify.values import Delivery, Message, Undelivered
from newsarchive.settings.values import Notify

ANSWER_SECONDS = 30.0  # for each answer of a server
SECONDS = 60.0  # for a channel in all: a server may answer byte by byte, a name never resolve
_Work = Callable[[Message], list[str]]


def send(message: Message, to: Notify) -> list[str]:
    """Send by all channels; return a line of trouble for each that failed."""
    return list(deliver(message, to).trouble)


def deliver(
    message: Message,
    to: Notify,
    *,
    quiet: bool = True,
    answer_seconds: float = ANSWER_SECONDS,
    seconds: float = SECONDS,
) -> Delivery:
    """Send by all channels; return which took the message and what went wrong.

    quiet: what the command writes to its standard output goes nowhere, else to ours.
    answer_seconds: how long to wait for an answer of a server; seconds: for a channel in all.
    """
    taken: list[str] = []
    trouble: list[str] = []
    for name, work in _channels(to, quiet, answer_seconds, seconds):
        try:
            trouble += [f"{name}: {line}" for line in work(message)]
        except Undelivered as error:
            trouble.append(f"{name}: {error}")
        else:
            taken.append(name)
    return Delivery(taken=tuple(taken), trouble=tuple(trouble))


def names(to: Notify) -> list[str]:
    """The names of the channels that are set up, as trouble lines begin."""
    return [name for name, _ in _channels(to, True, ANSWER_SECONDS, SECONDS)]


def _channels(
    to: Notify, quiet: bool, answer_seconds: float, seconds: float
) -> Iterator[tuple[str, _Work]]:
    """Each channel's name, and what sends: it returns trouble, or raises Undelivered."""
    command, mail, hook = to.command, to.mail, to.webhook
    if command:
        yield "notify command", lambda m: _command.run(command, m, quiet=quiet, seconds=seconds)
    if mail is not None:
        send_mail = _within(seconds, lambda m: _mail.send(mail, m, timeout=answer_seconds))
        yield f"mail by {mail.host}", send_mail
    if hook is not None:
        post = _within(seconds, lambda m: _webhook.post(hook, m, timeout=answer_seconds))
        yield f"webhook {_webhook.host(hook)}", post


def _within(seconds: float, work: _Work) -> _Work:
    """The work in a thread that is left alone, and ends with the process, if it takes too long."""

    def both(message: Message) -> list[str]:
        results: SimpleQueue[list[str] | Exception] = SimpleQueue()

        def run() -> None:
            try:
                results.put(work(message))
            except Exception as error:  # raised below, where somebody is there for it
                results.put(error)

        Thread(target=run, name="notify", daemon=True).start()
        try:
            result = results.get(timeout=seconds)
        except Empty:
            raise Undelivered(f"not done after {seconds:g} s; it is not waited for") from None
        if isinstance(result, Exception):
            raise result
        return result

    return both
