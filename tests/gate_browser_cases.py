"""A portal whose pages try all ways out of a browser."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from newsarchive.demo.answer import Answer, moved, page
from newsarchive.demo.portal import Portal

# Each way out is tried by itself; the last script holds the page until all had their time.
WAYS = """
<link rel="prefetch" href="{there}/1"><link rel="preconnect" href="{there}">
<link rel="preload" as="fetch" href="{there}/2"><link rel="prerender" href="{there}/3">
<link rel="stylesheet" href="{there}/4"><style>@import url("{there}/5");</style>
<iframe src="{there}/6"></iframe><iframe src="/lead-6"></iframe><object data="{there}/7"></object>
<embed src="{there}/8"><img src="{there}/9"><video src="{there}/10"></video>
<script src="{there}/11"></script><script src="/lead-12"></script>
<form id="f" action="{there}/13" method="post" target="i"></form><iframe name="i"></iframe>
<script>
const there = "{there}", host = there.slice(7), lead = "/lead-14";
const out = [
  () => fetch(there + "/15", {{mode: "no-cors"}}), () => fetch(lead, {{mode: "no-cors"}}),
  () => navigator.sendBeacon(there + "/16", "x"), () => new WebSocket("ws://" + host + "/17"),
  () => new EventSource(there + "/18"), () => new WebTransport("https://" + host + "/19"),
  () => window.open(there + "/20"), () => document.getElementById("f").submit(),
  () => {{ const x = new XMLHttpRequest(); x.open("GET", there + "/21"); x.send(); }},
  () => new Worker(URL.createObjectURL(new Blob(
    [`new WebSocket("ws://${{host}}/22"); fetch("${{there}}/23", {{mode: "no-cors"}});`]))),
  () => navigator.serviceWorker.register("/sw.js"),
  () => {{ const c = document.createElement("iframe"); c.srcdoc =
    `<script>new WebSocket("ws://${{host}}/24")<` + `/script>`; document.body.append(c); }},
  () => {{
    const c = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}}]}});
    c.createDataChannel("x"); c.createOffer().then(o => c.setLocalDescription(o));
  }},
];
for (const way of out) try {{ Promise.resolve(way()).catch(() => 0); }} catch (error) {{}}
</script><script src="/cham.js"></script>
"""
GONE = '<script>location.href = "{there}/x"</script><script src="/cham.js"></script>'


class Escaping:
    """A portal whose pages try to get out, to the server at `there`."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.there = ""
        self.udp = 0

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        if target.startswith("/lead-"):
            return moved(f"{self.there}{target}", 302)
        if target == "/cham.js":
            return Answer(headers={"Content-Type": "text/javascript"}, body=b"1;", delay=1.5)
        if target == "/sw.js":
            script = f'fetch("{self.there}/sw", {{mode: "no-cors"}});'
            return Answer(headers={"Content-Type": "text/javascript"}, body=script.encode())
        if target == "/tin-dan-di":
            return moved(f"{self.there}/x", 302)
        if target == "/tin-tu-di":
            return page(f"<html><body>{GONE.format(there=self.there)}</body></html>")
        answer = self.portal.respond(method, target, headers, body)
        if target != "/tin-thu-1":
            links = "".join(
                f'<h3><a href="{to}">Công an xã Tân Lập bắt giữ nhóm trộm xe máy {n}</a></h3>'
                for n, to in enumerate(("/tin-dan-di", "/tin-tu-di"))
            )
        else:
            links = WAYS.format(there=self.there, udp=self.udp)
        return replace(answer, body=answer.body.replace(b"</body>", f"{links}</body>".encode()))


@contextmanager
def udp() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        yield sock
