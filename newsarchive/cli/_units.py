"""A job as cron and systemd want it written: a crontab's lines, a service and its timer."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import CallError

UNIT = "newsarchive"
# A checkout in the home folder, where jobs start, must not be taken for the package; nor by the
# processes that the job starts.
_SAFE = "PYTHONSAFEPATH=1"
_PLAIN = re.compile(r"[A-Za-z0-9/._+=:@,-]+")
# A private /tmp would hide what lies in the real one.
_TMP = (Path("/tmp"), Path("/var/tmp"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to run and when.

    words: the program and its arguments. db: the archive. every: minutes between two runs, a
    divisor of an hour or of a day. chance: any number, from which the minute follows. folders:
    what it writes to. paths: what it reads. owner: the user whom the archive belongs to.
    """

    words: tuple[str, ...]
    db: Path
    every: int
    chance: int
    folders: tuple[Path, ...]
    paths: tuple[Path, ...]
    owner: str

    @property
    def minutes(self) -> list[int]:
        """The minutes of an hour at which it runs; minute 0, which everybody takes, is none."""
        span = min(self.every, 60)
        return list(range(1 + self.chance % (span - 1), 60, span))

    @property
    def hours(self) -> list[int] | None:
        """The hours of a day at which it runs; None for all."""
        step = self.every // 60
        return list(range(self.chance // 60 % step, 24, step)) if step > 1 else None


def crontab(job: Job) -> list[str]:
    """The lines of a crontab. Raises CallError for a path that cron cannot be given."""
    _check(job.words)
    for word in job.words:
        if "\\" in word:  # crons differ in what they make of it
            raise CallError(f"{word}: has a backslash, which not every cron takes; use --systemd")
    command = shlex.join(job.words).replace("%", r"\%")  # % alone would end the command
    minutes = ",".join(map(str, job.minutes))
    hours = ",".join(map(str, job.hours)) if job.hours else "*"
    return [
        "# newsarchive: put these lines into the table that crontab -e opens. What is printed is",
        "# what is wrong, and cron mails it to:",
        "# MAILTO=you@example.org",
        f"{minutes} {hours} * * * {_SAFE} {command}",
    ]


def units(job: Job, *, user: bool) -> dict[str, str]:
    """The text of the service and of the timer by file name; user: for the user's own systemd.

    Raises CallError for a path that systemd cannot be given.
    """
    _check([*job.words, *map(str, job.folders)])
    if "$" in job.words[0]:
        raise CallError(f"{job.words[0]}: systemd starts no program with a $ in its path")
    return {f"{UNIT}.service": _service(job, user=user), f"{UNIT}.timer": _timer(job)}


def _check(words: Iterable[str]) -> None:
    for word in words:
        if "\n" in word or "\r" in word:
            raise CallError(f"{word!r}: has a line break in it; rename it")
        if not word.isprintable():
            raise CallError(f"{word!r}: is no text that can be printed; rename it")


def _service(job: Job, *, user: bool) -> str:
    lines = [
        "[Unit]",
        f"Description=newsarchive refresh ({_escaped(str(job.db))})",
        *([] if user else ["Wants=network-online.target", "After=network-online.target"]),
        "",
        "[Service]",
        "Type=oneshot",
        *([] if user else [f"User={job.owner}"]),
        f"Environment={_SAFE}",
        f"ExecStart={' '.join(map(_word, job.words))}",
        "# Stopped by hand or at shutdown: the next run takes it up again.",
        "SuccessExitStatus=130",
        "# A stop asks the crawl alone, which still needs the processes that read its pages.",
        "KillMode=mixed",
        "TimeoutStopSec=3min",
        "Nice=10",
        "NoNewPrivileges=true",
        "LockPersonality=true",
        "RestrictRealtime=true",
        "RestrictSUIDSGID=true",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
        *([] if user else _sandbox(job)),
    ]
    return "\n".join(lines) + "\n"


def _sandbox(job: Job) -> list[str]:
    """What only the system's systemd can do everywhere."""
    hidden = any(path.is_relative_to(tmp) for path in (*job.folders, *job.paths) for tmp in _TMP)
    return [
        "ProtectSystem=strict",
        "ProtectHome=read-only",
        f"ReadWritePaths={' '.join(_path(str(folder)) for folder in job.folders)}",
        *([] if hidden else ["PrivateTmp=true"]),
        "PrivateDevices=true",
        "ProtectClock=true",
        "ProtectControlGroups=true",
        "ProtectHostname=true",
        "ProtectKernelLogs=true",
        "ProtectKernelModules=true",
        "ProtectKernelTunables=true",
    ]


def _timer(job: Job) -> str:
    hours = ",".join(f"{hour:02}" for hour in job.hours) if job.hours else "*"
    minutes = ",".join(f"{minute:02}" for minute in job.minutes)
    lines = [
        "[Unit]",
        f"Description=newsarchive refresh, in time ({_escaped(str(job.db))})",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {hours}:{minutes}:00",
        f"RandomizedDelaySec={min(job.every, 60) * 5}s",
        "# A run that was missed while the machine was off is made up for.",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%%")  # % begins what systemd fills in


def _path(path: str) -> str:
    """A path as systemd reads it in a list."""
    text = _escaped(path).replace("\\", r"\\").replace('"', r"\"")
    return path if _PLAIN.fullmatch(path) else f'"{text}"'


def _word(word: str) -> str:
    """An argument as systemd reads it, which fills in $NAME, too."""
    return _path(word).replace("$", "$$")
