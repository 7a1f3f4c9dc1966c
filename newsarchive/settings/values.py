"""What settings come to: how somebody is told, and what a site has of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Tls = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail server and whom it is to tell.

    tls: 'starttls' (a plain connection that becomes an encrypted one), 'tls' (encrypted from the
    start), 'none'. user and password are None where the server asks for none.
    """

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls = "starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An http(s) address that is sent what is to be told, and headers to send with it."""

    url: str = field(repr=False)  # it is a secret with most services
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """The ways in which somebody is told of trouble; all None: nobody is."""

    command: str | None = None
    mail: Mail | None = None
    webhook: Webhook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is set for one site alone, None where nothing is: seconds, connections, seconds."""

    delay: float | None = None
    concurrency: int | None = None
    timeout: float | None = None
