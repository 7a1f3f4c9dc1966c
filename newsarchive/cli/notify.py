"""`newsarchive notify`: which channels tell of sites that change, and whether they work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive import clock
from newsarchive.cli._options import db_option
from newsarchive.cli._print import plain
from newsarchive.cli._settings import current
from newsarchive.errors import CallError

if TYPE_CHECKING:
    from newsarchive.notify import Message
    from newsarchive.settings import Notify

notify_option = click.option(
    "--notify",
    "command",
    metavar="COMMAND",
    help="Run this when sites change, the news on its standard input; '' for none.",
)


def channels(command: str | None) -> Notify:
    """The channels of the settings, with the command that was called for in place of theirs.

    command: of --notify; '' for none. Raises CallError for settings that do not go together.
    """
    found = current().notify()
    return found if command is None else replace(found, command=command.strip() or None)


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive notify                # the channels that are set up\n"
    "  newsarchive notify --test\n"
    "  newsarchive notify --test --notify 'mail -s \"$NEWSARCHIVE_SUBJECT\" you@example.org'"
)
@click.option("--test", is_flag=True, help="Send a message by every channel, to see it arrive.")
@notify_option
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
@db_option
def notify(test: bool, command: str | None, quiet: bool, db: Path) -> int:
    """Show the channels by which `newsarchive refresh` tells of sites that change, or try them.

    The settings name a mail server and a webhook, and a command, as --notify does. The command is
    run by the shell, with NEWSARCHIVE_SUBJECT and NEWSARCHIVE_CHANGES (JSON) in its environment;
    the webhook is sent JSON: subject, text, and changes with site, name, before, after, why, since.
    """
    from newsarchive.cli import fail
    from newsarchive.notify import deliver
    from newsarchive.notify.sending import names

    to = channels(command)
    found = names(to)
    if not found:
        raise CallError(
            "no channel is set up: give --notify COMMAND, or name one in the settings "
            "(`newsarchive settings --sample` shows how)"
        )
    if not test:
        for name in found:
            click.echo(plain(name))
        return 0
    sent = deliver(_trial(db), to, quiet=quiet)
    for name in sent.taken:
        if not quiet:
            click.echo(f"{plain(name)}: took the message")
    for line in sent.trouble:
        fail(line)
    return int(bool(sent.trouble))


def _trial(db: Path) -> Message:
    from newsarchive.notify import Message

    return Message(
        subject="newsarchive: test, tiếng Việt có dấu",
        text="This is a test; nothing changed. Thông báo thử: Công an thành phố Hà Nội.\n\n"
        f"Archive: {db}\nTime: {clock.stamp(clock.now())}\n",
    )
