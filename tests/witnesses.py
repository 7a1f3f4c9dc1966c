"""Independent witnesses: of our WARC and WACZ files pywb, wacz, and ReplayWeb.page in Chromium; of
our pages axe-core.

Each is installed once, with the versions below, in a folder of its own beside `.venv`; none of
them can stand in the project's own environment.
"""

from __future__ import annotations

import functools
import html
import io
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Any

from conftest import ROOT, missing

# With all that they bring, so that a release made later changes no result.
_PYWB = """pywb==2.10.0 brotlipy==0.7.0 certauth==1.3.0 certifi==2026.10.19.post1 cffi==2.1.1
charset-normalizer==3.5.3 cryptography==47.0.0 defusedxml==0.7.1 fakeredis==0.16.0
filelock==4.3.1 gevent==26.9.0 greenlet==3.5.6 idna==3.20 Jinja2==3.1.6 MarkupSafe==3.0.4
portalocker==4.4.2 Py3AMF==0.9.1 pycparser==3.12 pyOpenSSL==26.1.0 python-dateutil==4.0.0
PyYAML==6.0.4 redis==2.10.6 requests==2.34.2 requests-file==3.0.1 six==1.17.0 surt==0.3.1
tldextract==5.4.0 typing_extensions==4.16.0 tzdata==2026.6 ua-parser==1.0.2
ua-parser-builtins==202610 urllib3==2.8.0 warcio==1.8.1 webassets==2.0 webencodings==0.6.1
Werkzeug==3.1.7 wsgiprox==1.5.2 zope.event==6.2 zope.interface==8.7"""
_WACZ = """wacz==0.6.0 annotated-doc==0.0.7 annotated-types==0.8.0 attrs==26.1.0 boilerpy3==1.0.7
cdxj_indexer==1.5.0 certifi==2026.10.19.post1 chardet==7.7.0 charset-normalizer==3.5.3
defusedxml==0.7.1 filelock==4.3.1 frictionless==5.21.0 humanize==4.17.0 idna==3.20
isodate==0.7.2 Jinja2==3.1.6 jsonlines==4.0.0 jsonschema==4.26.0
jsonschema-specifications==2025.9.1 markdown-it-py==4.3.0 marko==2.2.4 MarkupSafe==3.0.4
mdurl==0.1.2 multipart==2.0.1 petl==1.7.30 Py3AMF==0.9.1 pydantic==2.14.4
pydantic_core==2.50.5 Pygments==2.21.0 python-dateutil==4.0.0 python-slugify==9.2.0
PyYAML==6.0.4 referencing==0.37.0 requests==2.34.2 requests-file==3.0.1 rfc3986==2.0.0
rich==15.0.0 rpds-py==2026.9.1 shellingham==1.5.4 shortuuid==1.0.13 simpleeval==1.0.8
six==1.17.0 surt==0.3.1 tabulate==0.10.0 text-unidecode==1.3 tldextract==5.4.0
typer==0.29.2 typing-inspection==0.4.5 typing_extensions==4.16.0 tzdata==2026.6
urllib3==2.8.0 validators==0.36.0 warcio==1.8.1"""
PYWB, WACZ = tuple(_PYWB.split()), tuple(_WACZ.split())
REPLAY = "replaywebpage@2.5.3"
AXE = "axe-core@4.14.1"

# The worker that answers for the archive is active before the frame is asked for: a frame that is
# faster gets the server's own answer, and stays at that.
PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script src="/replay/ui.js"></script>
<body><template>
<replay-web-page source="/x.wacz" url="{url}" ts="{ts}" replayBase="/replay/"></replay-web-page>
</template><script type="module">
const worker = await navigator.serviceWorker.register("/replay/sw.js?serveIndex=1",
    {{scope: "/replay/"}});
while (worker.active?.state !== "activated") await new Promise(done => setTimeout(done, 20));
document.body.append(document.querySelector("template").content);
</script>"""


def venv_with(name: str, requirements: tuple[str, ...]) -> Path:
    """The bin folder of `.venv-<name>`, where pip has installed just these requirements.

    It is made when first asked for, and again when requirements, Python or the checkout's place
    change; where it cannot be made, the test is skipped, or fails under CI=true.
    """
    folder = ROOT / f".venv-{name}"
    binaries = folder / "bin"
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        binaries / "python",
        "--disable-pip-version-check",
    )
    _install(
        folder,
        "\n".join((str(folder), sys.version, *requirements)),
        (sys.executable, "-m", "venv", "--without-pip", folder),
        (*pip, "install", "--quiet", "--no-compile", *requirements),
    )
    return binaries


def replay_web_page() -> Path:
    """The folder with ReplayWeb.page's ui.js and sw.js, which npm fetches once."""
    return _package(".venv-replay", REPLAY)


def axe_core() -> str:
    """The script of axe-core, which finds what hinders readers of a page; npm fetches it once."""
    return (_package(".venv-axe", AXE) / "axe.min.js").read_text(encoding="utf-8")


def _package(name: str, package: str) -> Path:
    """The folder with what npm fetched once of a package."""
    folder = ROOT / name
    _install(
        folder,
        package,
        ("npm", "pack", package, "--loglevel=error"),
        (sys.executable, "-m", "tarfile", "-e", f"{package.replace('@', '-')}.tgz", "."),
    )
    return folder / "package"


@contextmanager
def pywb(archives: Path) -> Iterator[str]:
    """Replay a .wacz, a WARC file, or a folder's WARC files; gives the collection's address.

    A capture is at `<address>/<14 digits>id_/<url>`, the list at `<address>/cdx?url=...`. Of a
    WACZ, pywb takes the index as it stands; of WARC files it makes one.
    """
    binaries = venv_with("pywb", PYWB)
    with tempfile.TemporaryDirectory() as folder:
        _collect(binaries / "wb-manager", folder, archives.resolve())
        port = _free_port()
        with Path(folder, "wayback.log").open("w+", encoding="utf-8") as log:
            process = subprocess.Popen(
                [binaries / "wayback", "-p", str(port), "-b", "127.0.0.1"],
                cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                _wait(port, process, log)
                yield f"http://127.0.0.1:{port}/coll"
            finally:
                process.kill()
                process.wait()


def wacz_validate(path: Path) -> subprocess.CompletedProcess[str]:
    """What `wacz validate` says of a file; returncode 0: valid."""
    program = str(venv_with("wacz", WACZ) / "wacz")
    return subprocess.run([program, "validate", "-f", path], capture_output=True, text=True)


def replayed_text(wacz: Path, url: str, ts: str = "") -> str:
    """The text that ReplayWeb.page shows of an archived page and its frames.

    ts: 14 digits, of several captures the nearest one. Of a page that the file does not hold it
    shows 'Archived Page Not Found'. Nothing but this machine can be asked meanwhile.
    """
    try:
        from playwright.sync_api import sync_playwright

        from newsarchive.crawl.browser import browser_settings
        from newsarchive.errors import CallError

        options = browser_settings()["PLAYWRIGHT_LAUNCH_OPTIONS"]
    except ImportError:
        missing("playwright is not installed: pip install -e '.[browser]'")
    except CallError as error:
        missing(str(error))
    options["args"] += [
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    with _replay_site(wacz, url, ts) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        page = browser.new_page()
        page.goto(site)
        try:
            return _text_of_frames(page)
        finally:
            browser.close()


def _text_of_frames(page: Any, seconds: float = 60) -> str:
    """The text of the replayed page and the frames in it, once it is loaded."""
    limit = time.monotonic() + seconds
    while not (shown := [frame for frame in page.frames if "/replay/w/" in frame.url]):
        assert time.monotonic() < limit, page.frames[-1].locator("body").aria_snapshot()
        page.wait_for_timeout(50)
    shown[0].wait_for_load_state("load")
    frames = [frame for frame in page.frames if "/replay/w/" in frame.url]
    return "\n".join(frame.locator("body").inner_text() for frame in frames)


@contextmanager
def _replay_site(wacz: Path, url: str, ts: str) -> Iterator[str]:
    """A server of a page that replays the file with ReplayWeb.page; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "replay").mkdir()
        for name in ("ui.js", "sw.js"):
            shutil.copy(replay_web_page() / name, Path(folder, "replay"))
        shutil.copy(wacz, Path(folder, "x.wacz"))
        page = PAGE.format(url=html.escape(url), ts=html.escape(ts))
        Path(folder, "index.html").write_text(page, encoding="utf-8")
        handler = functools.partial(_Ranges, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/"
            finally:
                server.shutdown()
                thread.join()


class _Ranges(SimpleHTTPRequestHandler):
    """Serves files whole or in part, as a WACZ file is read over the network."""

    def send_head(self) -> Any:
        """The body of an answer, after its head has been sent."""
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if asked is None or asked[0] == "bytes=-" or not path.is_file():
            return super().send_head()
        content = path.read_bytes()
        first = int(asked[1]) if asked[1] else max(0, len(content) - int(asked[2]))
        part = content[first : int(asked[2]) + 1 if asked[1] and asked[2] else None]
        self.send_response(206)
        span = f"bytes {first}-{first + len(part) - 1}/{len(content)}"
        self.send_header("Content-Range", span)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        return io.BytesIO(part)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _collect(manager: Path, folder: str, archives: Path) -> None:
    """Make pywb's collection in a folder; AssertionError with its words where it wants a file."""
    files = [archives]
    if archives.is_dir():
        files = sorted((*archives.glob("*.warc"), *archives.glob("*.warc.gz")))
    unpack = ["--unpack-wacz"] if archives.suffix == ".wacz" else []
    for step in (["init", "coll"], ["add", *unpack, "coll", *map(str, files)]):
        done = subprocess.run([manager, *step], cwd=folder, capture_output=True, text=True)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        assert "[WARNING]" not in said, said


def _free_port() -> int:
    """A port of this machine that nothing listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: IO[str], seconds: float = 60) -> None:
    """Wait until a server answers; AssertionError with what it said where it does not."""
    limit = time.monotonic() + seconds
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > limit:
                log.seek(0)
                raise AssertionError(f"pywb does not answer: {log.read()}") from None
        finally:
            connection.close()
        time.sleep(0.05)


_failed: dict[Path, str] = {}  # what cannot be had is tried once


def _install(folder: Path, told: str, *commands: tuple[str | Path, ...]) -> None:
    """Fill a folder by commands run in it, unless its stamp tells that it is filled so."""
    stamp = folder / "installed.txt"
    if folder in _failed:
        missing(_failed[folder])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == told:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")  # ruff too passes it over
    for command in commands:
        if shutil.which(command[0]) is None:
            _failed[folder] = f"{command[0]} is not installed: apt-get install {command[0]}"
            missing(_failed[folder])
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            telling = [line for line in lines if line.startswith(("ERROR", "npm error"))]
            reason = (telling or lines[-1:])[0]
            _failed[folder] = f"{folder.name} cannot be made, try with a network: {reason}"
            missing(_failed[folder])
    stamp.write_text(told, encoding="utf-8")
