"""The address of a Redis: checked, connected to, and shown without what is secret in it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from newsarchive.errors import CallError, SharedError

if TYPE_CHECKING:
    from redis import Redis

SECONDS = 5.0  # that Redis may take for an answer, and to be connected to
_PORT = 6379
_SCHEMES = ("redis", "rediss", "unix")
_FORM = "write redis://HOST:PORT/DB (rediss:// for TLS, unix:///PATH for a socket)"


class Address(NamedTuple):
    """Where a Redis is. url: with its password, never to be shown; shown: what may be."""

    url: str
    shown: str
    secrets: tuple[str, ...] = ()

    def hide(self, text: str) -> str:
        """A text, in one line, in which no password of this address stands."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return " ".join(text.split())


def parse(url: str) -> Address:
    """The address in a URL. Raises CallError, which repeats nothing of one that is wrong: its
    password may stand anywhere in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
        options = parse_qsl(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise CallError(f"--redis: not an address; {_FORM}") from None
    if parts.scheme not in _SCHEMES:
        raise CallError(f"--redis: not the address of a Redis; {_FORM}")
    db = parts.path.strip("/")
    if parts.scheme == "unix":
        wrong, place = not db, f"unix://{parts.path}"
    else:
        wrong = not parts.hostname or not (db.isdecimal() or not db)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        place = f"{parts.scheme}://{host}:{port or _PORT}/{db or 0}"
    if wrong or parts.fragment:
        # A '#' or '/' in a password ends it: the rest is taken for a path.
        raise CallError(
            f"--redis: not the address of a Redis; {_FORM}; in a password, percent-encode / ? # @ :"
        )
    for name, _ in options:
        # Others would change how answers are read, or hold a password at a second place.
        if not name.startswith("ssl_"):
            raise CallError("--redis: only options that begin with 'ssl_' may follow the '?'")
    found = [parts.password or "", unquote(parts.password or "")]
    return Address(url, place, tuple(dict.fromkeys(s for s in found if s)))


def checked(url: str) -> Address:
    """The same, where the extra is installed; raises CallError where it is not."""
    found = parse(url)
    if find_spec("redis") is None or find_spec("scrapy_redis") is None:
        raise CallError("--redis wants a client of Redis: pip install 'newsarchive[redis]'")
    return found


def connect(address: Address) -> Redis:
    """A client for this Redis, which answers. Raises CallError for wrong options of TLS,
    SharedError where Redis does not answer or refuses."""
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry
    from scrapy_redis.connection import get_redis

    try:
        client: Redis = get_redis(
            url=address.url,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),  # the crew tries again itself, and says so
            client_name="newsarchive",
        )
        client.ping()
    except (RedisError, OSError) as error:
        raise explained(error, address) from None
    except (ValueError, TypeError) as error:  # of options of TLS
        raise CallError(f"--redis: {address.hide(str(error))}") from None
    return client


def explained(error: Exception, address: Address) -> SharedError:
    """What went wrong with a Redis, in one line without its password."""
    from redis import exceptions

    told = address.hide(str(error)) or type(error).__name__
    if isinstance(error, (exceptions.AuthenticationError, exceptions.NoPermissionError)):
        return SharedError(
            f"{address.shown}: refuses this user or password ({told}); check those in --redis"
        )
    if is_passing(error):
        return SharedError(
            f"{address.shown}: Redis does not answer ({told}); is it running, and reachable from "
            "here? The same command goes on where this crawl ended"
        )
    return SharedError(f"{address.shown}: Redis refuses what a crawl needs ({told})")


def is_passing(error: Exception) -> bool:
    """Whether it may go well another time: Redis cannot be reached, or is just starting."""
    from redis import exceptions

    refused = (exceptions.AuthenticationError, exceptions.AuthorizationError)
    lost = (exceptions.ConnectionError, exceptions.TimeoutError, OSError)
    return isinstance(error, lost) and not isinstance(error, refused)
