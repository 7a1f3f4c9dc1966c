"""Notifications: each channel over a real connection, what fails in one line, each change once."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import quick
from archive_cases import site
from conftest import missing
from crawl_cases import command, environment
from hypothesis import given, settings
from hypothesis import strategies as st
from receivers import Letter, mail_server, web_server

from newsarchive.archive import Archive
from newsarchive.notify import Message, deliver, send
from newsarchive.notify._mail import letter
from newsarchive.notify.sending import names
from newsarchive.notify.told import announce, compose
from newsarchive.settings.values import Mail, Notify, Webhook

NOW = datetime(2026, 3, 10, 1, 2, 3, tzinfo=UTC)
SAID = Message(
    subject="newsarchive: Công an tỉnh Thừa Thiên Huế im lặng",
    text="hanoi (Công an thành phố Hà Nội): không có tin mới\n    newsarchive health hanoi\n.\ncuối",
    changes=(
        {
            "site": "hanoi", "name": "Công an thành phố Hà Nội", "before": None,
            "after": "silent", "why": "no news for 9 days", "since": "2026-03-01",
        },
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


# The command.


def run(command: str, message: Message = SAID, **more: Any) -> list[str]:
    return list(deliver(message, Notify(command=command), **more).trouble)


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_command_has_the_text_the_subject_and_the_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    out = tmp_path / "thư đến"
    command = (
        f"cat > '{out}.text'; printf %s \"$NEWSARCHIVE_SUBJECT\" > '{out}.subject'; "
        f"printf %s \"$NEWSARCHIVE_CHANGES\" > '{out}.changes'"
    )
    assert run(command) == []
    assert Path(f"{out}.text").read_text("utf-8") == SAID.text
    assert Path(f"{out}.subject").read_text("utf-8") == SAID.subject
    assert json.loads(Path(f"{out}.changes").read_text("utf-8")) == [dict(SAID.changes[0])]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("echo một >&2; echo 'hai  ba' >&2; echo >&2; exit 3", "ended with status 3: hai ba"),
        ("exit 1", "ended with status 1"),
        ("printf 'a\\033[31mb' >&2; false", "ended with status 1: a[31mb"),
        ("kill -9 $$", "was ended by signal 9"),
        ("a\0b", "cannot be run (embedded null byte)"),
    ],
)
def test_a_command_that_fails_is_one_line(command: str, said: str) -> None:
    assert run(command) == [f"notify command: {said}"]


def test_a_command_that_is_not_there_says_so() -> None:
    (line,) = run("no-such-command-anywhere")
    assert line.startswith("notify command: ended with status 127: ")
    assert "not found" in line


def test_a_command_need_not_read() -> None:
    long = Message(subject="x", text="dài " * 200_000)
    assert run("exec <&-; exit 0", long) == []
    assert run("true", long) == []


def test_a_command_that_writes_much_ends() -> None:
    assert run("yes lỗi | head -c 1000000 >&2") == []


def test_a_command_prints_only_to_those_who_want_it(capfd: pytest.CaptureFixture[str]) -> None:
    run("echo in ra; echo aside >&2")
    assert capfd.readouterr() == ("", "")
    run("echo in ra; echo aside >&2", quiet=False)
    assert capfd.readouterr() == ("in ra\n", "")


def test_a_command_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    # Both shells hold the pipe open, and whoever outlives the limit writes to it.
    trouble = run(
        f"exec 3> {pipe}; echo begun >&3; (sleep 30; echo alive >&3) & sleep 30; echo alive >&3",
        seconds=1.0,
    )
    assert trouble == ["notify command: did not end in 1 s and was killed"]
    os.set_blocking(reader, True)
    with open(reader, "rb") as file:
        assert file.read() == b"begun\n"


def test_what_a_command_leaves_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    os.mkfifo(stop)
    # It holds on to stdin, stdout and stderr until the pipe is opened.
    assert run(f"cat {stop} & exit 0", seconds=20.0) == []
    with open(stop, "w"):
        pass


def test_more_changes_than_a_variable_can_hold_are_left_out_there(tmp_path: Path) -> None:
    changes = tuple({"site": f"s{n}", "why": "dài " * 100} for n in range(2000))
    out = tmp_path / "out"
    many = Message(subject="x", text="x", changes=changes)
    assert run(f'printf %s "$NEWSARCHIVE_CHANGES" > {out}', many) == []
    told = json.loads(out.read_text("utf-8"))
    assert 100 < len(told) < 2000
    assert [each["site"] for each in told] == [f"s{n}" for n in range(len(told))]


# Mail.


def mail(server: Any, **more: Any) -> Mail:
    return Mail(
        **{
            "to": ("an@nhan.example", "Trần Thị Bình <binh@nhan.example>"),
            "sender": "Kho báo <kho@gui.example>",
            "host": "127.0.0.1",
            "port": server.port,
            "tls": "none",
            **more,
        }
    )


def by_mail(to: Mail, **more: Any) -> list[str]:
    return list(deliver(SAID, Notify(mail=to), **more).trouble)


def header(taken: Letter, name: str) -> str:
    """As a mail program without any of ours reads it."""
    raw = message_from_bytes(taken.content)[name].replace("\r\n", "")
    return str(make_header(decode_header(raw)))


def test_a_mail_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARCHIVE_NOW", "2026-03-10T01:02:03Z")
    with mail_server() as server:
        assert by_mail(mail(server)) == []
    (taken,) = server.letters
    assert (taken.sender, taken.recipients) == (
        "kho@gui.example", ["an@nhan.example", "binh@nhan.example"],
    )  # fmt: skip
    assert not taken.encrypted
    assert taken.content.isascii()  # for servers that take seven bits
    assert header(taken, "Subject") == SAID.subject
    assert parseaddr(header(taken, "From")) == ("Kho báo", "kho@gui.example")
    assert header(taken, "To") == "an@nhan.example, Trần Thị Bình <binh@nhan.example>"
    assert header(taken, "Auto-Submitted") == "auto-generated"
    assert header(taken, "Message-ID").endswith("@gui.example>")
    day = parsedate_to_datetime(header(taken, "Date"))
    assert f"{day.astimezone(UTC):%F %H}" == "2026-03-10 01"
    found = message_from_bytes(taken.content, _class=EmailMessage, policy=policy.default)
    assert found.get_content_type() == "text/plain"
    assert found.get_content().replace("\r\n", "\n") == SAID.text


WORDS = st.sampled_from(
    ["Công", "an", "tỉnh", "Đắk", "silent", "newsarchive:", "Thừa", "–", "thành", "phố", "(why?)"]
)


@settings(deadline=None, max_examples=60)
@given(words=st.lists(WORDS, min_size=1, max_size=30))
def test_headers_keep_their_letters_and_spaces(words: list[str]) -> None:
    text = " ".join(words)
    who = f'"{text}" <kho@gui.example>'
    sent = letter(
        Mail(to=(who, who), sender=who, host="x", port=25), Message(subject=text, text=text)
    )
    raw = bytes(sent)
    assert raw.isascii()
    assert all(len(line) < 998 for line in raw.split(b"\r\n"))
    taken = Letter("", [], raw, False, None)
    assert header(taken, "Subject") == sent["Subject"] == Message(subject=text, text="").subject
    found = getaddresses([message_from_bytes(raw)["To"].replace("\r\n", "")])
    assert [address for _, address in found] == ["kho@gui.example"] * 2
    names = [str(make_header(decode_header(name))) for name, _ in found]
    assert names == [text, text]


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_nothing_in_a_name_adds_a_header(break_: str) -> None:
    evil = f"hanoi{break_}Bcc: all@nhan.example{break_}{break_}<script>"
    change = _change(site=evil, name=evil, why=evil)
    with mail_server() as server, web_server() as hook:
        to = Notify(
            mail=mail(server), webhook=Webhook(url=f"http://127.0.0.1:{hook.port}/"), command="cat"
        )
        assert send(compose(Path("a.db"), [change], NOW), to) == []
    (taken,) = server.letters
    found = message_from_bytes(taken.content)
    assert found["Bcc"] is None
    assert taken.recipients == ["an@nhan.example", "binh@nhan.example"]
    told = json.loads(hook.requests[0][3])
    assert told["subject"] == "newsarchive: hanoi Bcc: all@nhan.example <script> silent"
    assert told["changes"][0]["why"] == "hanoi Bcc: all@nhan.example <script>"


OPENSSL = shutil.which("openssl")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody but itself vouches for."""
    if OPENSSL is None:
        missing("no openssl: apt-get install openssl")
    folder = tmp_path_factory.mktemp("keys")
    subprocess.run(
        [
            str(OPENSSL), "req", "-x509", "-subj", "/CN=127.0.0.1", "-days", "2", "-nodes",
            "-addext", "subjectAltName=IP:127.0.0.1", "-newkey", "rsa:2048",
            "-keyout", "our.key", "-out", "our.pem",
        ],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def context(keys: Path) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(keys / "our.pem", keys / "our.key")
    return found


@pytest.fixture
def trusted(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(keys / "our.pem"))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_mail_is_encrypted_and_logs_in(context: ssl.SSLContext, tls: str) -> None:
    users = {"kho": "secret"}
    with mail_server(tls=context, from_start=tls == "tls", users=users) as server:
        assert by_mail(mail(server, tls=tls, user="kho", password="secret")) == []
        (line,) = by_mail(mail(server, tls=tls, user="kho", password="khác"))
        assert line == "mail by 127.0.0.1: user and password may hold ASCII letters alone"
        (line,) = by_mail(mail(server, tls=tls, user="kho", password="other"))
    assert line == "mail by 127.0.0.1: user or password refused: 535 5.7.8 sai mật khẩu"
    (taken,) = server.letters
    assert (taken.encrypted, taken.user) == (True, "kho")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    context: ssl.SSLContext, tls: str
) -> None:
    with mail_server(tls=context, from_start=tls == "tls", users={"kho": "secret"}) as server:
        (line,) = by_mail(mail(server, tls=tls, user="kho", password="secret"))
    assert line.startswith("mail by 127.0.0.1: its certificate is not trusted (self")
    assert not [said for said in server.said if said.startswith("AUTH")]
    assert server.letters == []


def test_a_server_without_starttls_is_told_nothing() -> None:
    with mail_server(users={"kho": "secret"}) as server:
        (line,) = by_mail(mail(server, tls="starttls", user="kho", password="secret"))
    assert line == "mail by 127.0.0.1: STARTTLS extension not supported by server."
    assert [said.partition(" ")[0] for said in server.said] == ["EHLO"]


def test_one_refused_recipient_is_trouble_and_the_others_have_it() -> None:
    with mail_server(refused=("an@nhan.example",)) as server:
        sent = deliver(SAID, Notify(mail=mail(server)))
        line = "mail by 127.0.0.1: an@nhan.example refused: 550 5.1.1 no such user"
        assert (sent.taken, sent.trouble) == (("mail by 127.0.0.1",), (line,))
        none = deliver(SAID, Notify(mail=mail(server, to=("an@nhan.example",))))
    assert (none.taken, none.trouble) == ((), (line,))
    assert [taken.recipients for taken in server.letters] == [["binh@nhan.example"]]


def test_a_server_that_hangs_up_instead_of_goodbye_has_taken_it() -> None:
    with mail_server(lost=True) as server:
        assert by_mail(mail(server)) == []
    assert len(server.letters) == 1


@pytest.mark.parametrize("verb", ["EHLO", "RCPT"])
def test_a_mail_server_that_goes_mute_is_left(verb: str) -> None:
    with mail_server(mute=verb) as server:
        (line,) = by_mail(mail(server), answer_seconds=0.5)
        assert line.startswith("mail by 127.0.0.1: ")
        assert "timed out" in line or "no answer in 0.5 s" in line
        (line,) = by_mail(mail(server), seconds=0.5)
        assert line == "mail by 127.0.0.1: not done after 0.5 s; it is not waited for"


def test_no_mail_server_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]
        to = Mail(
            to=("a@b.example",), sender="c@d.example", host="127.0.0.1", port=port, tls="none"
        )
        assert by_mail(to) == ["mail by 127.0.0.1: no connection (Connection refused)"]
    (line,) = by_mail(Mail(to=("a@b.example",), sender="c@d.example", host="x.invalid", port=25))
    assert line.startswith("mail by x.invalid: its host does not resolve")


@pytest.mark.parametrize(
    "address", ["", "an", "an@", "@b.example", "a@b.example\nBcc: c@d.example", "a b@c d@e"]
)
def test_what_is_no_address_is_said_before_anything_is_asked(address: str) -> None:
    with mail_server() as server:
        for wrong in ({"to": (address,)}, {"sender": address}):
            (line,) = by_mail(mail(server, **wrong))
            assert line.startswith("mail by 127.0.0.1: ")
            assert line.endswith("is no mail address")
    assert server.said == []


# The webhook.


def by_hook(url: str, headers: dict[str, str] | None = None, **more: Any) -> list[str]:
    to = Notify(webhook=Webhook(url=url, headers=headers or {}))
    return list(deliver(SAID, to, **more).trouble)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_webhook_is_sent_json(status: int) -> None:
    with web_server(answers={"/hook?k=1": (status, {}, "")}) as hook:
        url = f"http://127.0.0.1:{hook.port}/hook?k=1"
        assert by_hook(url, {"Authorization": "Bearer x"}) == []
    ((method, path, headers, body),) = hook.requests
    assert (method, path) == ("POST", "/hook?k=1")
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["authorization"] == "Bearer x"
    assert headers["user-agent"].startswith("newsarchive/")
    assert json.loads(body.decode("utf-8")) == {
        "subject": SAID.subject,
        "text": SAID.text,
        "changes": [dict(SAID.changes[0])],
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, "no_service"), "answered 404 Not Found: no_service"),
        ((500, {}, "<b>\x1b[1mlỗi\nhai"), "answered 500 Internal Server Error: <b>[1mlỗi hai"),
        ((429, {}, ""), "answered 429 Too Many Requests"),
        ((304, {}, ""), "answered 304 Not Modified"),
        ((302, {"Location": "/ok"}, ""), "answered 302 Found, a redirect to another path; set the"
         " address that is meant"),
        ((301, {"Location": "http://khac.example/k"}, ""), "answered 301 Moved Permanently, a "
         "redirect to khac.example; set the address that is meant"),
        ((307, {"Location": "http://khac.example/k"}, ""), "answered 307 Temporary Redirect, a "
         "redirect to khac.example; set the address that is meant"),
        ((307, {"Location": "http://127.0.0.1:1/k"}, ""), "answered 307 Temporary Redirect, a "
         "redirect to 127.0.0.1; set the address that is meant"),
    ],
)  # fmt: skip
def test_what_is_no_success_is_one_line(answer: tuple[int, dict[str, str], str], said: str) -> None:
    with web_server(answers={"/secret": answer}) as hook:
        lines = by_hook(f"http://127.0.0.1:{hook.port}/secret")
    assert lines == [f"webhook 127.0.0.1: {said}"]
    assert len(hook.requests) == 1


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_on_the_same_host_has_the_message_again(status: int) -> None:
    with web_server(answers={"/old": (status, {"Location": "/new"}, "")}) as hook:
        assert by_hook(f"http://127.0.0.1:{hook.port}/old", {"X-Key": "k"}) == []
    old, new = hook.requests
    assert (new[0], new[1], new[2]["x-key"], new[3]) == ("POST", "/new", "k", old[3])


def test_redirects_in_a_circle_end() -> None:
    with web_server(answers={"/a": (307, {"Location": "/a"}, "")}) as hook:
        (line,) = by_hook(f"http://127.0.0.1:{hook.port}/a")
    assert line.startswith("webhook 127.0.0.1: answered 307")
    assert len(hook.requests) < 12


def test_a_slow_web_server_is_left() -> None:
    with web_server(slow={"/slow": b"HTTP/1.0 200 OK\r\n" * 100}) as hook:
        url = f"http://127.0.0.1:{hook.port}/slow"
        # A byte at times keeps a connection alive, and is no answer.
        assert by_hook(url, seconds=1.2) == [
            "webhook 127.0.0.1: not done after 1.2 s; it is not waited for"
        ]
        assert by_hook(url, answer_seconds=0.2) == ["webhook 127.0.0.1: no answer in 0.2 s"]


def test_a_webhook_by_https(
    context: ssl.SSLContext, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_server(tls=context) as hook:
        url = f"https://127.0.0.1:{hook.port}/"
        (line,) = by_hook(url)
        assert line.startswith("webhook 127.0.0.1: its certificate is not trusted (self")
        assert hook.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(keys / "our.pem"))
        assert by_hook(url) == []
    assert len(hook.requests) == 1


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("file:///etc/passwd", {}),
        ("ftp://127.0.0.1/secret", {}),
        ("secret", {}),
        ("http://", {}),
        ("http://[::1/secret", {}),
        ("http://an:secret@127.0.0.1/", {}),
        ("http://127.0.0.1:secret/", {}),
        ("http://127.0.0.1:1/sec ret", {}),
        ("http://127.0.0.1:1/bí-mật-secret", {}),
        ("http://127.0.0.1:PORT/", {"X-Key": "secret\r\nX-More: 1"}),
        ("http://127.0.0.1:PORT/", {"X-Key\nsecret": "x"}),
        ("http://127.0.0.1:PORT/", {"X-Key": "bí mật secret"}),
    ],
)
def test_an_address_or_header_that_cannot_be_meant(url: str, headers: dict[str, str]) -> None:
    with web_server() as hook:
        (line,) = by_hook(url.replace("PORT", str(hook.port)), headers)
    assert line.startswith("webhook ")
    assert "secret" not in line.removeprefix("webhook secret")
    assert hook.requests == []


def test_no_web_server_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/secret"
        assert by_hook(url) == ["webhook 127.0.0.1: no connection (Connection refused)"]
    assert by_hook("http://x.invalid/secret") == [
        "webhook x.invalid: its host does not resolve (check the name and the connection)"
    ]


# All of them, and who was told what.


@dataclass(frozen=True)
class Changed:
    """What the look at a site's health says of one that changed."""

    site: str
    name: str
    before: str | None
    after: str
    why: str
    since: str | None

    def __str__(self) -> str:
        return f"{self.site} ({self.name}): {self.after} since {self.since}, {self.why}"


def _change(**fields: Any) -> Changed:
    return Changed(
        **{
            "site": "hanoi",
            "name": "Công an thành phố Hà Nội",
            "before": "well",
            "after": "silent",
            "why": "no new article for 9 days",
            "since": "2026-03-01",
            **fields,
        }
    )


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        for slug in ("hanoi", "daklak"):
            archive.register_site(site(slug))
    return path


def told(db: Path) -> dict[str, tuple[str, ...]]:
    with Archive.open(db) as archive:
        return {slug: tuple(told) for slug, told in archive.told().items()}


def test_one_channel_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with mail_server() as server, web_server(answers={"/": (500, {}, "")}) as hook:
        to = Notify(
            command=f"cat > {out}",
            mail=mail(server),
            webhook=Webhook(url=f"http://127.0.0.1:{hook.port}/"),
        )
        sent = deliver(SAID, to)
    assert sent.taken == ("notify command", "mail by 127.0.0.1")
    assert sent.trouble == ("webhook 127.0.0.1: answered 500 Internal Server Error",)
    assert names(to) == ["notify command", "mail by 127.0.0.1", "webhook 127.0.0.1"]
    assert out.read_text("utf-8") == SAID.text
    assert len(server.letters) == 1


def test_one_message_tells_of_all_changes_and_is_recorded(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    changes = [
        _change(),
        _change(site="daklak", name="Công an tỉnh Đắk Lắk", before="moved", after="well", why=""),
    ]
    command = f'echo "$NEWSARCHIVE_SUBJECT" >> {out}; cat >> {out}'
    assert announce(db, changes, Notify(command=command), now=NOW) == []
    assert out.read_text("utf-8") == (
        "newsarchive: 2 sites changed\n"
        "hanoi (Công an thành phố Hà Nội): silent since 2026-03-01, no new article for 9 days\n"
        "    newsarchive health hanoi\n"
        "daklak (Công an tỉnh Đắk Lắk): well since 2026-03-01,\n"
        "    newsarchive health daklak\n"
        "\n"
        f"Archive: {db}\n"
        "Time: 2026-03-10T01:02:03Z\n"
    )
    assert told(db) == {
        "hanoi": ("silent", "no new article for 9 days", "2026-03-10T01:02:03Z"),
        "daklak": ("well", "", "2026-03-10T01:02:03Z"),
    }


@pytest.mark.parametrize(("after", "said"), [("silent", "silent"), ("well", "well again")])
def test_the_subject_of_one_change_says_which(after: str, said: str) -> None:
    message = compose(Path("a.db"), [_change(after=after)], NOW)
    assert message.subject == f"newsarchive: hanoi {said}"
    assert dict(message.changes[0]) == {
        "site": "hanoi", "name": "Công an thành phố Hà Nội", "before": "well", "after": after,
        "why": "no new article for 9 days", "since": "2026-03-01",
    }  # fmt: skip


def test_what_nobody_took_is_not_recorded_and_told_by_the_next_run(
    db: Path, tmp_path: Path
) -> None:
    works = tmp_path / "works"
    out = tmp_path / "out"
    command = f"test -e {works} && cat >> {out}"
    lines = announce(db, [_change()], Notify(command=command), now=NOW)
    assert lines == ["notify command: ended with status 1"]
    assert told(db) == {}
    works.touch()
    assert announce(db, [_change()], Notify(command=command), now=NOW) == []
    assert out.read_text("utf-8").count("silent") == 1
    assert told(db)["hanoi"][0] == "silent"


def test_one_channel_that_took_it_is_enough(db: Path) -> None:
    with web_server(answers={"/": (500, {}, "")}) as hook:
        to = Notify(command="cat", webhook=Webhook(url=f"http://127.0.0.1:{hook.port}/"))
        lines = announce(db, [_change()], to, now=NOW)
    assert lines == ["webhook 127.0.0.1: answered 500 Internal Server Error"]
    assert told(db)["hanoi"][0] == "silent"


def test_without_a_channel_nobody_counts_as_told(db: Path) -> None:
    assert announce(db, [_change()], Notify(), now=NOW) == []
    assert told(db) == {}


def test_without_a_change_nothing_is_sent(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert announce(db, [], Notify(command=f"touch {out}"), now=NOW) == []
    assert not out.exists()


def test_an_archive_that_takes_no_notes_makes_no_hourly_message(tmp_path: Path) -> None:
    out = tmp_path / "out"
    to = Notify(command=f"touch {out}")
    (line,) = announce(tmp_path / "none.db", [_change()], to, now=NOW)
    assert line.startswith("notify: nobody is told of what changed: ")
    assert "there is no archive" in line
    assert not out.exists()


def test_what_was_told_and_cannot_be_recorded_is_said(db: Path) -> None:
    # No such site is in this archive.
    change = _change(site="longan")
    lines = announce(db, [change], Notify(command="cat"), now=NOW)
    assert len(lines) == 1
    assert lines[0].startswith(f"notify: what was told will be told again, for {db}: ")
    assert told(db) == {}


def test_a_sender_that_waits_holds_no_lock_of_the_archive(db: Path, tmp_path: Path) -> None:
    # What the command runs writes to the archive meanwhile.
    python = "import sqlite3; sqlite3.connect('DB', timeout=0).execute('BEGIN IMMEDIATE')"
    command = f'{sys.executable} -c "{python.replace("DB", str(db))}"'
    assert announce(db, [_change()], Notify(command=command), now=NOW) == []
    assert told(db)["hanoi"][0] == "silent"


# The command line.


def notify(
    *args: object, config: Path | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    named = ("--config", config) if config is not None else ()
    return quick.run(command(*named, "notify", *args), env=environment(LC_ALL="C", **environ))


def test_the_channels_are_shown_and_nothing_is_sent(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    out = tmp_path / "out"
    with mail_server() as server, web_server() as hook:
        done = notify(
            "--db", db, "--notify", f"touch {out}",
            NEWSARCHIVE_NOTIFY_WEBHOOK_URL=f"http://127.0.0.1:{hook.port}/secret",
            NEWSARCHIVE_NOTIFY_MAIL_TO="an@nhan.example",
            NEWSARCHIVE_NOTIFY_MAIL_HOST="127.0.0.1",
            NEWSARCHIVE_NOTIFY_MAIL_PORT=str(server.port),
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "notify command\nmail by 127.0.0.1\nwebhook 127.0.0.1\n"
        assert (server.said, hook.requests, out.exists()) == ([], [], False)


def test_a_trial_goes_through_the_channels_of_the_settings(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    file = tmp_path / "newsarchive.toml"
    with mail_server() as server, web_server(answers={"/secret": (500, {}, "x")}) as hook:
        file.write_text(
            "[notify]\ncommand = 'echo printed; exit 3'\n"
            f"[notify.mail]\nto = ['An Trần <an@nhan.example>']\nhost = '127.0.0.1'\n"
            f"port = {server.port}\n"
            f"[notify.webhook]\nurl = 'http://127.0.0.1:{hook.port}/secret'\n",
            encoding="utf-8",
        )
        file.chmod(0o600)
        done = notify("--test", "--db", db, config=file)
        assert done.stdout == "printed\nmail by 127.0.0.1: took the message\n"
        assert done.stderr == (
            "notify command: ended with status 3\n"
            "webhook 127.0.0.1: answered 500 Internal Server Error: x\n"
        )
        assert done.returncode == 1
        quiet = notify("--test", "--quiet", "--db", db, config=file)
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (1, "", done.stderr)
        hook.answers.clear()
        # The flag stands before the file; an empty one is none.
        well = notify("--test", "--db", db, "--notify", "", config=file)
        assert (well.returncode, well.stderr) == (0, "")
        assert well.stdout == (
            "mail by 127.0.0.1: took the message\nwebhook 127.0.0.1: took the message\n"
        )
    assert len(server.letters) == 3
    assert header(server.letters[0], "Subject") == "newsarchive: test, tiếng Việt có dấu"
    assert header(server.letters[0], "To") == "An Trần <an@nhan.example>"
    assert "Công an thành phố Hà Nội" in json.loads(hook.requests[-1][3])["text"]
    assert not db.exists()


def test_a_trial_without_a_channel_is_a_wrong_call(tmp_path: Path) -> None:
    done = notify("--test", "--db", tmp_path / "a.db")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("no channel is set up: give --notify COMMAND")
    assert done.stderr.count("\n") == 1
