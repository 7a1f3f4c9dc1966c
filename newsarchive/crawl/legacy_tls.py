"""Scrapy's handler that speaks old TLS, with the look-up that keeps crawls in their place."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler

from newsarchive.crawl.gate import names

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class LegacyTls(AiohttpDownloadHandler):
    """Takes https through the system's OpenSSL."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        connector = self._session.connector
        assert isinstance(connector, TCPConnector)
        connector._resolver = _Checked()  # Scrapy makes the connector and takes no other look-up


class _Checked(AbstractResolver):
    """aiohttp's view of what `Names` allows."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses that may be asked; raises OSError where there is none."""
        found = await names().of_connection((host, port))
        if not found:
            raise OSError(f"{host}: no address that may be asked")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Nothing is held open."""
