"""Where a crawl goes: the hosts of its site, at the public's addresses, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from gate_cases import disguises, spellings
from twisted.internet.address import IPv4Address

from newsarchive.crawl import gate, legacy_tls, targets
from newsarchive.crawl.trouble import OffSite, Private
from newsarchive.errors import CallError
from newsarchive.hosts import apart, literal
from newsarchive.notify._webhook import _stays
from newsarchive.urls import host_port, server_of

# Addresses.


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a loopback"), ("127.255.255.254", "a loopback"), ("::1", "a loopback"),
        ("10.0.0.5", "a private"), ("172.16.0.1", "a private"), ("172.31.255.255", "a private"),
        ("192.168.255.1", "a private"), ("fd12::1", "a private"), ("fec0::1", "a private"),
        ("169.254.0.1", "a link-local"), ("fe80::1%eth0", "a link-local"),
        ("169.254.169.254", "a cloud's metadata"), ("168.63.129.16", "a cloud's metadata"),
        ("100.100.100.200", "a cloud's metadata"), ("fd00:ec2::254", "a cloud's metadata"),
        ("100.64.0.1", "a provider's internal (CGNAT)"),
        ("224.0.0.1", "a multicast"), ("ff02::1", "a multicast"),
        ("0.0.0.0", "an unspecified"), ("::", "an unspecified"), ("0.1.2.3", "a reserved"),
        ("192.0.0.8", "a reserved"), ("192.0.2.1", "a reserved"), ("198.18.0.1", "a reserved"),
        ("198.51.100.1", "a reserved"), ("203.0.113.1", "a reserved"),
        ("240.0.0.1", "a reserved"), ("255.255.255.255", "a reserved"),
        ("2001::1", "a reserved"), ("2001:db8::1", "a reserved"), ("100::1", "a reserved"),
        ("4000::1", "a reserved"), ("64:ff9b:1::1", "a reserved"),
        # One of the old kind within one of the new.
        ("::ffff:127.0.0.1", "a loopback"), ("::ffff:a00:5", "a private"),
        ("64:ff9b::a9fe:a9fe", "a cloud's metadata"), ("2002:c0a8:101::1", "a private"),
        ("::10.0.0.5", "a private"),
        # The public's.
        ("93.184.216.34", None), ("172.32.0.1", None), ("100.128.0.1", None), ("9.9.9.9", None),
        ("223.255.255.254", None), ("2606:4700::1111", None), ("::ffff:9.9.9.9", None),
        ("64:ff9b::909:909", None), ("2002:909:909::1", None),
    ],
)  # fmt: skip
def test_what_sets_an_address_apart(address: str, kind: str | None) -> None:
    assert apart(address) == kind


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"), ("0x7f000001", "127.0.0.1"),
        ("0x7F.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("017700000001", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"), ("0", "0.0.0.0"), ("[::1]", "::1"), ("0:0::1", "::1"),
        ("a.vn", None), ("1.a", None), ("127.0.0.1.nip.io", None),
    ],
)  # fmt: skip
def test_an_address_in_all_its_spellings(host: str, address: str | None) -> None:
    found = literal(host)
    assert (found if found is None else str(found)) == address


@pytest.mark.parametrize("host", ["256.0.0.1", "1.2.3.4.5", "09.0.0.1", "a.1", "4294967296", "[:"])
def test_what_ends_in_a_number_and_is_no_address_is_nobody(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        literal(host)
    with pytest.raises(ValueError, match=r"."):
        host_port(f"http://{host}/")


def test_spellings_of_a_named_server_are_that_server() -> None:
    for url in (
        "http://127.1:8/",
        "http://0x7f.1:8/",
        "http://１２７。0。0。1:8/",
        "http://127.0.0.1.:8",
    ):
        assert server_of(url) == ("127.0.0.1", 8)
    for url in (
        "http://a.vn@127.0.0.1/",
        "http://127.0.0.1\\@a.vn/",
        "http://a.vn:/",
        "ftp://a.vn/",
    ):
        with pytest.raises(ValueError, match=r"."):
            server_of(url)


# What the user named.


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://a.vn/", ()),
        ("https://a.vn/muc", ()),
        ("http://a.vn:80/", (("a.vn", 80), ("a.vn", 443))),
        ("http://a.vn:8080/", (("a.vn", 8080),)),
        ("http://10.0.0.5/", (("10.0.0.5", 80), ("10.0.0.5", 443))),
        ("http://localhost/", (("localhost", 80), ("localhost", 443))),
    ],
)
def test_a_port_or_an_address_names_a_server(url: str, own: tuple[Any, ...]) -> None:
    target = targets.of_url(url)
    assert target.own() == set(own)
    assert target.own({("b.vn", 1)}) == {*own, ("b.vn", 1)}
    assert set(own) <= target.allowed()


def test_another_spelling_of_an_address_is_a_wrong_call() -> None:
    with pytest.raises(CallError, match=r"another spelling of 127\.0\.0\.1; write that"):
        targets.of_url("http://0x7f.1:8000/")
    with pytest.raises(CallError, match="not an address"):
        targets.of_url("http://127.0.0.256/")


def test_a_refusal_says_what_to_do() -> None:
    told = str(gate.refusal(("intra.example", 443), ["10.0.0.5"]))
    assert told == (
        "intra.example resolves to 10.0.0.5, a private address, which is not asked "
        "(if it is yours, name it with its port: --url https://intra.example:443/)"
    )
    assert str(gate.refusal(("::1", 80), ["::1"])).startswith("::1 is a loopback address, which")
    assert targets.of_url("https://intra.example:443/").own()  # as it says


# Looking names up. The system's own look-up is replaced, and nothing else.


class Told:
    """Who is told of addresses, as Twisted's connections are."""

    def __init__(self) -> None:
        self.addresses: list[Any] = []
        self.over = asyncio.Event()

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(address)

    def resolutionComplete(self) -> None:
        self.over.set()


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> tuple[gate.Names, list[list[str]]]:
    """A look-up of names, and what it is answered: list after list."""
    answers: list[list[str]] = []

    async def ask(_self: gate.Names, _host: str) -> tuple[str, ...]:
        found = answers.pop(0)
        if not found:
            raise OSError("unknown")
        return tuple(found)

    monkeypatch.setattr(gate.Names, "_ask", ask)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return gate.Names(SimpleNamespace(), 1.0), answers  # type: ignore[arg-type]  asks no reactor


async def connections(names: gate.Names, host: str, port: int) -> list[tuple[str, int]]:
    told = Told()
    names.resolveHostName(told, host, port)
    await told.over.wait()
    return [(address.host, address.port) for address in told.addresses]


def test_a_connection_hears_of_no_address_but_those_that_were_looked_at(
    moving: tuple[gate.Names, list[list[str]]],
) -> None:
    names, answers = moving
    answers += [["10.0.0.5", "93.184.216.34", "127.0.0.1"], ["127.0.0.1"]]

    async def run() -> None:
        assert await names.allowed(("a.vn", 80), ()) == ("93.184.216.34",)
        for host in ("a.vn", "A.vn."):  # by now it has moved
            assert await connections(names, host, 80) == [("93.184.216.34", 80)]
        told = Told()
        names.resolveHostName(told, "a.vn", 80, [IPv4Address])
        await told.over.wait()
        assert told.addresses == [IPv4Address("TCP", "93.184.216.34", 80)]

    asyncio.run(run())
    assert len(answers) == 1


def test_nobody_hears_of_a_private_address_unless_that_server_was_named(
    moving: tuple[gate.Names, list[list[str]]],
) -> None:
    names, answers = moving
    answers += [["10.0.0.5"], [], ["10.0.0.6"]]

    async def run() -> None:
        assert await connections(names, "a.vn", 80) == []
        with pytest.raises(Private, match=r"a\.vn resolves to 10\.0\.0\.5, a private address"):
            await names.allowed(("a.vn", 80), {("a.vn", 8080), ("b.vn", 80)})
        assert await connections(names, "a.vn", 80) == []
        assert await names.allowed(("a.vn", 80), {("a.vn", 80)}) == ("10.0.0.5",)
        assert await connections(names, "a.vn", 80) == [("10.0.0.5", 80)]
        assert await connections(names, "a.vn", 443) == []
        # For another site of the same process it is as before.
        with pytest.raises(Private):
            await names.allowed(("a.vn", 80), ())
        # What came to nothing is looked up again.
        assert await connections(names, "b.vn", 80) == []
        with pytest.raises(Private):
            await names.allowed(("b.vn", 80), ())

    asyncio.run(run())
    assert not answers


def test_the_handler_for_old_tls_looks_names_up_there(
    moving: tuple[gate.Names, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from scrapy.utils.test import get_crawler

    names, answers = moving
    answers += [["10.0.0.5", "93.184.216.34"], ["127.0.0.1"]]
    monkeypatch.setattr(legacy_tls, "names", lambda: names)

    async def run() -> None:
        crawler = get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": False})
        handler = legacy_tls.LegacyTls(crawler)
        try:
            connector: Any = handler._session.connector
            found = await connector._resolve_host("a.vn", 443)
            assert [one["host"] for one in found] == ["93.184.216.34"]
            with pytest.raises(OSError, match="no address that may be asked"):
                await connector._resolve_host("b.vn", 443)
        finally:
            await handler.close()

    asyncio.run(run())


def test_the_system_is_asked_for_names_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gate.look_up("0x7f.1") == ("127.0.0.1",)
    assert gate.look_up("::1") == ("::1",)
    for wrong in ("a" * 70 + ".vn", "256.1.1.1", ""):
        with pytest.raises(OSError, match=r"."):
            gate.look_up(wrong)
    monkeypatch.setenv("HTTPS_PROXY", "user:pw@proxy.lan:3128")
    monkeypatch.setenv("no_proxy", "*.lan")
    assert gate._proxies() >= {("proxy.lan", 3128), ("proxy.lan", 0)}


# Middlewares.


def stations(
    monkeypatch: pytest.MonkeyPatch, *, allowed: Sequence[Any], own: Sequence[Any] = ()
) -> tuple[gate.Gate, gate.Addresses]:
    job = SimpleNamespace(allowed=set(allowed), own=set(own))
    crawler: Any = SimpleNamespace(spider=SimpleNamespace(job=job))
    return gate.Gate(crawler), gate.Addresses(crawler)


def test_no_spelling_and_no_disguise_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    from scrapy import Request

    first, _ = stations(monkeypatch, allowed=[("127.0.0.1", 8000), ("a.vn", 80)])
    passed, refused = [], []
    for url in (*spellings(8000), *spellings(9), *disguises("a.vn", 9), *disguises("a.vn", 8000)):
        try:
            request = Request(url)
            first.process_request(request)
        except (OffSite, ValueError):
            refused.append(url)
        else:
            passed.append(request.url)
    # The spellings of the server that may be asked, and nothing else.
    assert {host_port(url) for url in passed} == {("127.0.0.1", 8000)}
    assert len({url for url in passed if url.endswith(":8000")}) == 8, passed  # of the spellings
    assert len(refused) > 100
    first.process_request(Request("http://A.vn./x"))


def test_what_answered_from_elsewhere_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from ipaddress import ip_address

    from scrapy import Request
    from scrapy.http import Response

    _, last = stations(monkeypatch, allowed=[("a.vn", 80), ("b.vn", 80)], own=[("b.vn", 80)])

    def answered(url: str, peer: str | None, **meta: Any) -> Response:
        request = Request("http://a.vn/", meta=meta)
        ip = ip_address(peer) if peer else None
        return last.process_response(request, Response(url, ip_address=ip))

    assert answered("http://a.vn/", "93.184.216.34")
    assert answered("http://b.vn/", "127.0.0.1")
    with pytest.raises(Private, match=r"127\.0\.0\.1"):
        answered("http://a.vn/", "127.0.0.1")
    assert answered("http://a.vn/", "127.0.0.1", proxy="http://127.0.0.1:3128")
    with pytest.raises(Private):  # a browser takes no proxy
        answered("http://a.vn/", "127.0.0.1", proxy="http://127.0.0.1:3128", playwright=True)
    for url in ("http://c.vn/", "about:blank", "chrome-error://chromewebdata/", "http://a.vn:81/"):
        with pytest.raises(OffSite):
            answered(url, "93.184.216.34")


@pytest.mark.parametrize(
    ("here", "there", "stays"),
    [
        ("http://a.vn/x", "http://a.vn/y", True),
        ("http://a.vn/x", "https://a.vn/y", True),
        ("http://a.vn:80/x", "http://a.vn/y", True),
        ("https://a.vn/x", "http://a.vn/y", False),
        ("http://a.vn:8080/x", "https://a.vn:9090/y", False),
        ("http://a.vn/x", "https://a.vn:9090/y", False),
        ("http://a.vn/x", "http://a.vn:8080/y", False),
        ("http://a.vn/x", "http://a.vn@b.vn/y", False),
        ("http://a.vn/x", "http://b.vn\\@a.vn/y", False),
        ("http://a.vn/x", "ftp://a.vn/y", False),
    ],
)
def test_a_webhook_stays_with_its_server(here: str, there: str, stays: bool) -> None:
    assert _stays(here, there) is stays
