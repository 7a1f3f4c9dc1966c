"""Which machine a host names: addresses in all their spellings, and whether the public has them."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Server = tuple[str, int]  # host in lower-case ASCII, port

_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_LOCAL = re.compile(r"(?:.+\.)?localhost")

# What the registries of IANA set apart (iana-ipv4-special-registry, iana-ipv6-special-registry),
# written out: Python's own is_global differs from release to release. The first that holds counts.
_APART: tuple[tuple[str, tuple[str, ...]], ...] = (
    # What clouds tell their machines, passwords included. Azure's is in nobody's private network.
    (
        "a cloud's metadata",
        (
            "169.254.169.254/32",
            "168.63.129.16/32",
            "100.100.100.200/32",
            "192.0.0.192/32",
            "fd00:ec2::254/128",
            "fd20:ce::254/128",
        ),
    ),
    ("an unspecified", ("0.0.0.0/32", "::/128")),
    ("a loopback", ("127.0.0.0/8", "::1/128")),
    ("a link-local", ("169.254.0.0/16", "fe80::/10")),
    ("a private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10")),
    ("a provider's internal (CGNAT)", ("100.64.0.0/10",)),
    ("a multicast", ("224.0.0.0/4", "ff00::/8")),
    (
        "a reserved",
        (
            "0.0.0.0/8",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "2001::/23",  # Teredo, ORCHID and their like
            "2001:db8::/32",
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    ),
)
_NETWORKS = tuple((ip_network(net), kind) for kind, nets in _APART for net in nets)
_GLOBAL_6 = IPv6Network("2000::/3")  # all that is given out so far
# Addresses that hold one of the old kind: network, and how far from the right it stands.
_HOLDERS = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
    (IPv6Network("::/96"), 0),  # as it once was written
)
_LONE = (IPv6Address("::"), IPv6Address("::1"))


def literal(host: str) -> Address | None:
    """The address that a host spells, None for a name.

    In all spellings that browsers and resolvers read: '127.1', '0x7f000001', '017700000001',
    '2130706433', '[::1]', a dot at the end. Raises ValueError for what ends in a number and is no
    address, which is nobody's name.

    >>> literal('0x7f.1')
    IPv4Address('127.0.0.1')
    """
    host = host.lower().removesuffix(".")
    if ":" in host:
        return IPv6Address(host.removeprefix("[").removesuffix("]"))
    parts = host.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    if len(parts) > 4 or not all(map(_NUMBER.fullmatch, parts)):
        raise AddressValueError(f"{host!r} is no address")
    *first, last = map(_number, parts)
    if any(n > 255 for n in first) or last >= 256 ** (5 - len(parts)):
        raise AddressValueError(f"{host!r} is no address")
    return IPv4Address(last + sum(n << (24 - 8 * at) for at, n in enumerate(first)))


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") else 10)


@lru_cache(maxsize=1024)
def apart(address: str | Address) -> str | None:
    """What sets an address apart from those of the public, with its article: 'a private'.

    None for a public one. Addresses of the new kind that hold one of the old are what that is.

    >>> apart('10.0.0.5'), apart('::ffff:127.0.0.1'), apart('8.8.8.8')
    ('a private', 'a loopback', None)
    """
    found = ip_address(address) if isinstance(address, str) else address
    if isinstance(found, IPv6Address):
        if found not in _LONE:
            for holder, right in _HOLDERS:
                if found in holder:
                    return apart(IPv4Address((int(found) >> right) & 0xFFFFFFFF))
        found = IPv6Address(int(found))  # without the name of a network card
    for network, kind in _NETWORKS:
        if _within(found, network):
            return kind
    return "a reserved" if isinstance(found, IPv6Address) and found not in _GLOBAL_6 else None


def _within(address: Address, network: IPv4Network | IPv6Network) -> bool:
    return address.version == network.version and address in network


def spelled(host: str) -> str:
    """A host of ASCII letters as it is usually written: in lower case, without a dot at the end,
    an address in its one form. Raises ValueError for what ends in a number and is no address.

    >>> spelled('0x7f.1'), spelled('A.vn.')
    ('127.0.0.1', 'a.vn')
    """
    host = host.lower().rstrip(".")
    address = literal(host)
    return host if address is None else str(address)


def is_own_name(host: str) -> bool:
    """Whether a host says by itself that it is an address, or this machine ('localhost')."""
    try:
        return literal(host) is not None or _LOCAL.fullmatch(host) is not None
    except ValueError:
        return False
