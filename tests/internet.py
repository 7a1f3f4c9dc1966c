"""Runs newsarchive in an internet of a test's own: `python internet.py TABLE.json ARGS...`.

The table tells what names resolve to, look-up by look-up, and where machines at public addresses
really listen. A connection to any other machine goes to the decoy, which must never see one. Each
look-up and each connection is written to the log, a line each.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crawl_cases import environment, without_progress

PUBLIC = "93.184.216.34"


@dataclass(kw_only=True)
class Internet:
    """names: host -> its addresses at the first look-up, the second, ...; the last ones stay.

    machines: 'address:port' -> where it listens on this machine. decoy: where all other connections
    end.
    """

    decoy: tuple[str, int]
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    machines: dict[str, tuple[str, int]] = field(default_factory=dict)
    log: str = ""

    def listens(self, base: str, *ports: int, at: str = PUBLIC) -> None:
        """Have a server of the test answer at a public address."""
        host, _, port = base.rpartition("/")[2].partition(":")
        for shown in ports:
            self.machines[f"{at}:{shown}"] = (host, int(port))

    def run(
        self, folder: Path, *args: object, **more: str
    ) -> tuple[subprocess.CompletedProcess[str], list[list[str]]]:
        """Run a command there; gives what it said, and the log: ['lookup', name, number] and
        ['connect', address, port]."""
        self.log = str(folder / "internet.log")
        Path(self.log).write_text("", encoding="utf-8")
        table = folder / "internet.json"
        table.write_text(json.dumps(asdict(self)), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, __file__, str(table), *map(str, args)],
            capture_output=True, text=True, timeout=300, check=False, cwd=folder,
            env=environment(**more),
        )  # fmt: skip
        lines = Path(self.log).read_text(encoding="utf-8").splitlines()
        return without_progress(done), [line.split(" ") for line in lines]


def install(table: dict[str, Any]) -> None:
    """Put that internet in place of this machine's, for this process."""
    looked: Counter[str] = Counter()
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "getpeername")}
    real_lookup = socket.getaddrinfo

    def log(*words: object) -> None:
        with Path(table["log"]).open("a", encoding="utf-8") as file:
            file.write(" ".join(map(str, words)) + "\n")

    def addresses(host: str) -> list[str]:
        answers = table["names"].get(host.lower().rstrip("."))
        log("lookup", host, looked[host])
        looked[host] += 1
        if answers is None or not (found := answers[min(looked[host], len(answers)) - 1]):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    def getaddrinfo(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        host = host.decode() if isinstance(host, bytes) else host
        try:
            ipaddress.ip_address(host)
        except ValueError:
            found = [r for a in addresses(host) for r in real_lookup(a, port, *more, **named)]
            return found
        return real_lookup(host, port, *more, **named)

    def led(sock: socket.socket, address: Any) -> Any:
        if sock.family not in (socket.AF_INET, socket.AF_INET6):
            return address
        host, port = address[:2]
        log("connect", host, port)
        there = table["machines"].get(f"{host}:{port}")
        if there is None:
            return tuple(table["decoy"]) if sock.family == socket.AF_INET else address
        return tuple(there)

    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = lambda host: getaddrinfo(host, None, socket.AF_INET)[0][4][0]
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, lambda sock, to, name=name: real[name](sock, led(sock, to)))


if __name__ == "__main__":
    install(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    from newsarchive.cli import main

    sys.exit(main(sys.argv[2:]))
