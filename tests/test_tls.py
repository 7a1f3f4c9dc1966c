"""Servers that speak old TLS or show certificates that nobody can check: archived all the same."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from crawl_cases import crawl, portal, rows
from warcio.archiveiterator import ArchiveIterator

from newsarchive.demo.server import serve

OPENSSL = shutil.which("openssl")
if OPENSSL is None and os.environ.get("CI") != "true":
    pytest.skip("no openssl: apt-get install openssl", allow_module_level=True)


def openssl(folder: Path, *args: str) -> None:
    assert OPENSSL is not None
    subprocess.run([OPENSSL, *args], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates: one as it should be, one short and signed by SHA-1, one whose issuer is missing."""
    folder = tmp_path_factory.mktemp("keys")
    subject = ("-subj", "/CN=congan.khac.example", "-days", "2", "-nodes")
    new = ("req", "-x509", *subject)
    openssl(folder, *new, "-newkey", "rsa:2048", "-keyout", "good.key", "-out", "good.pem")
    openssl(folder, *new, "-newkey", "rsa:1024", "-sha1", "-keyout", "weak.key", "-out", "weak.pem")
    openssl(
        folder, "req", "-newkey", "rsa:2048", "-keyout", "leaf.key", "-out", "leaf.csr", "-nodes",
        "-subj", "/CN=127.0.0.1",
    )  # fmt: skip
    openssl(
        folder, "x509", "-req", "-in", "leaf.csr", "-CA", "good.pem", "-CAkey", "good.key",
        "-CAcreateserial", "-out", "leaf.pem", "-days", "2",
    )  # fmt: skip
    openssl(folder, "dhparam", "-dsaparam", "-out", "dh.pem", "1024")
    return folder


def context(keys: Path, name: str) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.set_ciphers("ALL:@SECLEVEL=0")
    found.load_cert_chain(keys / f"{name}.pem", keys / f"{name}.key")
    return found


@pytest.mark.parametrize("name", ["good", "weak", "leaf"])
def test_a_certificate_that_cannot_be_checked_is_no_obstacle(
    name: str, keys: Path, tmp_path: Path
) -> None:
    crawled = portal("nukeviet", articles=4)
    with serve(crawled, tls=context(keys, name)) as base:
        assert base.startswith("https://")
        done = crawl(f"{base}/", tmp_path / "a.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM articles") == [(4,)]


def old(keys: Path, what: str) -> ssl.SSLContext:
    found = context(keys, "good")
    if what == "TLS 1.0":
        found.minimum_version = found.maximum_version = ssl.TLSVersion.TLSv1
    else:
        found.maximum_version = ssl.TLSVersion.TLSv1_2
        found.set_ciphers("DHE-RSA-AES128-SHA:@SECLEVEL=0")
        found.load_dh_params(str(keys / "dh.pem"))
    return found


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("what", ["TLS 1.0", "a short key"])
def test_old_tls_wants_an_option_and_the_refusal_names_it(
    what: str, keys: Path, tmp_path: Path
) -> None:
    crawled = portal("nukeviet", articles=4)
    db = tmp_path / "a.db"
    with serve(crawled, tls=old(keys, what)) as base:
        refused = crawl(f"{base}/", db)
        done = crawl(f"{base}/", db, "--tls", "legacy")
    assert refused.returncode == 1
    assert "--tls legacy)" in refused.stderr
    assert "twisted" not in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(db, "SELECT count(*) FROM articles") == [(4,)]
    asked = {request.target for request in crawled.requests}
    assert "/robots.txt" in asked
    kept = 0
    for file in sorted((tmp_path / "a.warc").glob("*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                body = record.content_stream().read()
                if record.rec_type == "response":
                    assert record.http_headers.get_header("Transfer-Encoding") is None
                    length = record.http_headers.get_header("Content-Length")
                    assert length == str(len(body)) or record.http_headers.statusline[:3] == "304"
                    kept += 1
    assert kept >= len(asked)
