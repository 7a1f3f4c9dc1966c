"""The settings: a file, the environment and flags, for each setting; what is wrong is named."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import quick
from click.testing import CliRunner
from conftest import ROOT
from crawl_cases import command, environment, portal

from newsarchive.cli import group
from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import serve
from newsarchive.errors import CallError
from newsarchive.settings import Mail, Notify, Pace, Settings, Webhook, read, seconds
from newsarchive.settings.keys import KEYS, Key, of_command, tables

NAME = "newsarchive.toml"
Done = subprocess.CompletedProcess[str]
EVERY = [
    (name, key)
    for name in ("crawl", "refresh", "recover", "serve", "new-site")
    for key in of_command(name).values()
]
IDS = [f"{name}-{key.name}" for name, key in EVERY]


def newsarchive(folder: Path, *args: object, **more: str) -> Done:
    """The command, called in a folder with nothing of ours in its environment but `more`."""
    clean = {k: v for k, v in environment().items() if not k.startswith("NEWSARCHIVE")}
    return quick.run(command(*args), cwd=folder, env=clean | more)


def write(folder: Path, text: str, *, mode: int = 0o600, name: str = NAME) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def loaded(folder: Path, text: str, **environ: str) -> Settings:
    return Settings(read(write(folder, text)), environ)


# What reaches a command


def other(key: Key) -> Any:
    """A value of a key that is not its default, as the file holds it."""
    if key.kind.choices:
        return next(c for c in key.kind.choices[::-1] if c != key.default)
    if isinstance(key.default, bool):
        return not key.default
    if isinstance(key.default, int | float):
        return key.default + 1
    return key.example or "http://127.0.0.1:9/other"


def text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def toml(value: Any) -> str:
    return text_of(value) if isinstance(value, bool | int | float) else f'"{value}"'


def subcommand(name: str) -> click.Command:
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


def option(name: str, key: Key) -> click.Option:
    """The flag of a setting."""
    (found,) = (o for o in subcommand(name).params if f"--{key.name}" in o.opts)
    assert isinstance(found, click.Option)
    return found


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Call a command without doing its work; what its function was given, by option."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("NEWSARCHIVE"):
            monkeypatch.delenv(name)

    def call(*args: str, at: int = 0, **environ: str) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        monkeypatch.setattr(subcommand(args[at]), "callback", lambda **given: seen.update(given))
        more = {"recover": ["--from", "wayback"], "new-site": ["http://127.0.0.1:9/"]}
        wanted = more.get(args[at], []) if "--from" not in args else []
        if "NEWSARCHIVE_RECOVER_FROM" in environ or (tmp_path / "from").exists():
            wanted = []
        done = CliRunner().invoke(group, [*args, *wanted], env=environ, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return seen

    return call


@pytest.mark.parametrize(("name", "key"), EVERY, ids=IDS)
def test_a_flag_goes_before_the_environment_and_that_before_the_file(
    name: str, key: Key, said: Any, tmp_path: Path
) -> None:
    flag = option(name, key)
    field = str(flag.name)
    (tmp_path / "data").mkdir()
    value = other(key)
    if key.name == "from":
        (tmp_path / "from").touch()  # the file says it, and no flag need
    write(tmp_path / "data", f"[{name}]\n{key.name} = {toml(value)}\n")
    asked = flag.type_cast_value(click.Context(group), value)
    if key.kind.what == "path":
        asked = tmp_path / "data" / value
    got = said(name)[field]
    assert Path(got).absolute() == asked if key.kind.what == "path" else got == asked
    if key.default is None:
        return
    # The other layers say the default again, each above the one that says something else.
    default = said(name, **{key.env(name): text_of(key.default)})[field]
    assert default == flag.type_cast_value(click.Context(group), key.default)
    if not flag.is_flag:
        both = {key.env(name): text_of(value)}
        assert said(name, f"--{key.name}", text_of(key.default), **both)[field] == default


@pytest.mark.parametrize(("name", "key"), EVERY, ids=IDS)
def test_a_setting_is_what_its_flag_is(name: str, key: Key) -> None:
    flag = option(name, key)
    assert flag.to_info_dict()["default"] == key.default
    assert flag.is_flag == (key.kind.what == "true or false")
    assert tuple(getattr(flag.type, "choices", ())) == key.kind.choices
    if "from" in key.kind.what:
        assert getattr(flag.type, "min", None) == key.kind.least
        assert getattr(flag.type, "max", None) == key.kind.most


def test_what_is_said_for_a_command_goes_before_what_is_said_for_all(
    said: Any, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", "delay = 5\n[refresh]\ndelay = 6\n")
    assert said("crawl")["delay"] == 5
    assert said("refresh")["delay"] == 6
    assert said("refresh", NEWSARCHIVE_DELAY="7")["delay"] == 7
    both = {"NEWSARCHIVE_DELAY": "7", "NEWSARCHIVE_REFRESH_DELAY": "8"}
    assert said("refresh", **both)["delay"] == 8
    assert said("crawl", **both)["delay"] == 7
    assert said("recover", **both)["delay"] == 4  # web archives have their own pace
    assert said("new-site", **both)["delay"] == 7


def test_pictures_are_left_out_though_the_file_wants_them(said: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", "images = true\n")
    assert said("refresh")["images"] is True
    assert said("refresh", "--no-images")["images"] is False


# Which file


def test_the_file_is_found_beside_the_archive(said: Any, tmp_path: Path) -> None:
    for folder, delay in (("data", 2), ("one", 3), ("two", 4)):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, f"delay = {delay}\n")
    assert said("refresh")["delay"] == 2
    assert said("refresh", "--db", "one/a.db")["delay"] == 3
    assert said("refresh", NEWSARCHIVE_DB="two/a.db")["delay"] == 4
    assert said("new-site", NEWSARCHIVE_DB="two/a.db")["delay"] == 4
    assert said("--config", f"one/{NAME}", "refresh", at=2)["delay"] == 3
    assert said("refresh", NEWSARCHIVE_CONFIG=f"one/{NAME}")["delay"] == 3
    either = said("--config", f"one/{NAME}", "refresh", at=2, NEWSARCHIVE_CONFIG=f"two/{NAME}")
    assert either["delay"] == 3


def test_a_named_file_may_name_the_archive(said: Any, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    write(tmp_path / "etc", 'db = "../srv/a.db"\n')
    named = ("--config", f"etc/{NAME}")
    for name in ("refresh", "search"):  # the second has no settings of its own
        words = ("tin",) if name == "search" else ()
        assert said(*named, name, *words, at=2)["db"] == Path("etc/../srv/a.db")
    assert said(*named, "refresh", "--db", "x.db", at=2)["db"] == Path("x.db")
    assert said(*named, "refresh", at=2, NEWSARCHIVE_DB="y.db")["db"] == Path("y.db")
    assert said(*named, "demo", at=2)["db"] == Path("data/demo.db")


def test_a_file_found_beside_an_archive_leads_to_no_other(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", 'db = "other.db"\n')
    done = newsarchive(tmp_path, "settings")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"data/{NAME}: db = 'data/other.db': a file found beside an archive cannot lead to another "
        "one; name the file with --config or NEWSARCHIVE_CONFIG\n"
    )
    assert newsarchive(tmp_path, "settings", "--db", "data/archive.db").returncode == 0
    write(tmp_path / "data", 'db = "archive.db"\n')
    assert newsarchive(tmp_path, "settings").returncode == 0


def test_a_wrong_file_stops_only_who_needs_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", "delai = 1\n")
    assert newsarchive(tmp_path, "refresh").returncode == 2
    assert "there is no archive" in newsarchive(tmp_path, "search", "tin").stderr
    assert newsarchive(tmp_path, "refresh", "--help").returncode == 0


def test_no_file_where_one_was_named(tmp_path: Path) -> None:
    done = newsarchive(tmp_path, "--config", "none.toml", "refresh")
    assert done.returncode == 2
    assert done.stderr == "none.toml: cannot be read (No such file or directory)\n"


def test_a_crawl_asks_as_the_file_says(tmp_path: Path) -> None:
    write(
        tmp_path,
        'contact = "file@example.org"\ndelay = 0\nimages = true\n'
        '[refresh]\ncontact = "refresh@example.org"\nrecheck = "none"\n',
    )
    crawled = portal(articles=4)
    db = tmp_path / "a.db"

    def agents(*args: object, **more: str) -> set[str]:
        start = len(crawled.requests)
        done = newsarchive(tmp_path, *args, "--db", db, **more)
        assert (done.returncode, done.stderr) == (0, "")
        return {r.headers["user-agent"].partition(" ")[2] for r in crawled.requests[start:]}

    with serve(crawled) as base:
        assert agents("crawl", "--url", f"{base}/") == {"(+file@example.org)"}
        assert [r.target for r in crawled.requests if r.target.endswith(".png")]
        env = {"NEWSARCHIVE_CONTACT": "env@example.org"}
        assert agents("crawl", "--url", f"{base}/", **env) == {"(+env@example.org)"}
        start = len(crawled.requests)
        assert agents("refresh") == {"(+refresh@example.org)"}
        paths = {crawled.family.article_path(story) for story in crawled.stories}
        assert not paths & {r.target for r in crawled.requests[start:]}
        flag = agents("refresh", "--contact", "flag@example.org", **env)
        assert flag == {"(+flag@example.org)"}


# What is wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[refresh]\ndelai = 2", "unknown key 'delai' in [refresh]; did you mean 'delay'?"),
        ("delais = 2", "unknown key 'delais'; did you mean 'delay'?"),
        ("[refersh]\ndelay = 2", "unknown key 'refersh'; did you mean [refresh]?"),
        ("recheck = 'all'", "unknown key 'recheck'; it belongs in [refresh]"),
        ("[crawl]\nto = 'x'", "unknown key 'to' in [crawl]; it belongs in [notify.mail]"),
        ("[serve]\nzzz = 1", "unknown key 'zzz' in [serve]; there are port"),
        ("[notify.male]\nto = 'x'", "unknown key 'male' in [notify]; did you mean [mail]?"),
        ("[notify.mail]\nfor = 'x'", "unknown key 'for' in [notify.mail]; there are from, host, "),
        ("[sites.hanoi]\ndealy = 2", "unknown key 'dealy' in [sites.hanoi]; did you mean 'delay'?"),
        ("[sites.hanoi]\nimages = true", "unknown key 'images' in [sites.hanoi]; there are concurrency, delay"),
        ("[sites]\ndelay = 2", "[sites] delay: belongs in a site's table, [sites.<site>]"),
        (f"[sites.a.{'d' * 900}]\ndelay = 2", f"[sites.a.{'d' * 52}...]: quote a name with dots"),
        (f"{'x' * 900} = 1", f"unknown key '{'x' * 59}..."),
        ("[sites.a.vn]\ndelay = 2", "[sites.a.vn]: quote a name with dots: [sites.\"a.b.vn\"]"),
        ("[sites.hanoj]\ndelay = 2", "unknown site [sites.hanoj]; did you mean [sites.hanoi]?"),
        ("refresh = 3", "refresh = 3: is a table; write [refresh] above keys"),
        ("[[refresh]]", "refresh = [{}]: is a table; write [refresh] above keys"),
        ("[refresh]\ndelay = 'fast'", "[refresh] delay = 'fast': is no number from 0 to 3600"),
        ("delay = true", "delay = True: is no number from 0 to 3600"),
        ("delay = nan", "delay = nan: is no number from 0 to 3600"),
        ("concurrency = 65", "concurrency = 65: is no whole number from 1 to 64"),
        ("concurrency = 1.0", "concurrency = 1.0: is no whole number from 1 to 64"),
        ("images = 'yes'", "images = 'yes': is no true or false"),
        ("keep-listings = 'some'", "keep-listings = 'some': is no 'changed' or 'all'"),
        ("max-time = 'soon'", "max-time = 'soon': is no duration"),
        ("max-time = 0", "max-time = 0: is no duration"),
        ("max-requests = 0", "max-requests = 0: is no whole number from 1"),
        ("contact = ''", "contact = '': is no text"),
        ("[crawl]\nsince = '2024-02-30'", "[crawl] since = '2024-02-30': is no day (YYYY-MM-DD)"),
        ("keep_listings='all'\nkeep-listings='all'", "keep-listings: is there twice, with '-' and"),
        ("[notify.mail]\nport = 0", "[notify.mail] port = 0: is no whole number from 1 to 65535"),
        ("[notify.mail]\nto = []", "[notify.mail] to = []: is no text or list of texts"),
        ("[notify.webhook]\nurl = 'x.vn'", "[notify.webhook] url = ...: is no http(s) address"),
        ("[notify.webhook]\nheaders = {a = \"b\\r\\nc: d\"}", "headers = ...: is no table of headers"),
        ("delay 2", "is no TOML: expected '=' after a key in a key/value pair (at line 1, column 7)"),
        ("a = 1\na = 2", "is no TOML: cannot overwrite a value (at end of document)"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_one_line(text: str, wrong: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    done = newsarchive(tmp_path, "--config", path, "settings")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{path}: ")
    assert wrong in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes("delay = 1\ncontact = 'Hà'".encode("windows-1252"))
    with pytest.raises(CallError, match=r"is no UTF-8 text \(line 2\); save it as UTF-8"):
        read(path)
    path.write_bytes("\ufeffdelay = 1".encode())  # as Notepad saves it
    assert read(path).values == {("", "delay"): 1.0}


def test_underscores_and_dates_are_understood(tmp_path: Path) -> None:
    said = loaded(tmp_path, "keep_listings = 'all'\n[crawl]\nsince = 2024-01-31\n")
    assert said.find("refresh", "keep-listings").value == "all"
    assert said.find("crawl", "since").value == "2024-01-31"


@pytest.mark.parametrize("call", [("refresh",), ("settings",)])
def test_a_wrong_variable_is_named(call: tuple[str], tmp_path: Path) -> None:
    done = newsarchive(tmp_path, *call, NEWSARCHIVE_DELAY="fast")
    assert done.returncode == 2
    assert "NEWSARCHIVE_DELAY" in done.stderr
    assert "fast" in done.stderr


def test_a_value_that_only_the_command_refuses_is_named_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "[serve]\nport = 9000\n")
    serve_option = option("serve", of_command("serve")["port"])
    monkeypatch.setattr(serve_option, "type", click.IntRange(0, 8999))
    done = CliRunner().invoke(group, ["serve", "--db", str(tmp_path / "a.db")])
    assert done.exit_code == 2
    assert f"'port' in {tmp_path / NAME}" in done.stderr


def test_a_variable_that_is_nearly_ours_is_told(tmp_path: Path) -> None:
    slip = {"NEWSARCHIVE_DELAI": "3", "NEWSARCHIVE_IMAGE_TAG": "v1"}
    ours = {"NEWSARCHIVE_SUBJECT": "x", "NEWSARCHIVE_CHANGES": "[]",
            "NEWSARCHIVE_SITES_HANOI_DELAY": "3"}  # fmt: skip
    done = newsarchive(tmp_path, "settings", **slip, **ours)
    line = "NEWSARCHIVE_DELAI: no such setting; did you mean NEWSARCHIVE_DELAY?\n"
    assert (done.returncode, done.stderr) == (0, line)
    assert "NEWSARCHIVE" not in newsarchive(tmp_path, "sites", **slip).stderr


def test_a_secret_that_everybody_may_read_is_told(tmp_path: Path) -> None:
    text = '[notify.mail]\nto = "a@example.org"\nuser = "a"\npassword = "s3cret"\n'
    path = write(tmp_path, text, mode=0o644)
    done = newsarchive(tmp_path, "settings", "--db", tmp_path / "a.db")
    line = f"{path}: holds [notify.mail] password, and everybody may read it; chmod 600 it\n"
    assert (done.returncode, done.stderr) == (0, line)
    path.chmod(0o640)
    assert newsarchive(tmp_path, "settings", "--db", tmp_path / "a.db").stderr == ""
    write(tmp_path, "delay = 1\n", mode=0o644)
    assert newsarchive(tmp_path, "settings", "--db", tmp_path / "a.db").stderr == ""
    write(tmp_path, text.replace("password = ", "password-file = "), mode=0o644)
    secret = write(tmp_path, "s3cret\n", mode=0o644, name="s3cret")
    done = newsarchive(tmp_path, "settings", "--db", tmp_path / "a.db")
    line = f"{secret}: holds a password, and everybody may read it; chmod 600 it\n"
    assert (done.returncode, done.stderr) == (0, line)


# Who is told


def test_nobody_is_told_unless_it_is_said(tmp_path: Path) -> None:
    assert Settings(None, {}).notify() == Notify()
    assert loaded(tmp_path, "delay = 1").notify() == Notify()


def test_all_ways_to_tell(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("bí mật\nsecond line\n", encoding="utf-8")
    said = loaded(
        tmp_path,
        '[notify]\ncommand = "logger -t x"\n'
        '[notify.mail]\nto = ["a@example.org", "b@example.org"]\nhost = "mail.example.org"\n'
        'user = "me@example.org"\npassword-file = "pw"\n'
        '[notify.webhook]\nurl = "https://h.example.org/x"\nheaders = { Authorization = "B" }\n',
    )
    mail = Mail(to=("a@example.org", "b@example.org"), sender="me@example.org",
                host="mail.example.org", port=587, user="me@example.org", password="bí mật",
                tls="starttls")  # fmt: skip
    hook = Webhook(url="https://h.example.org/x", headers={"Authorization": "B"})
    assert said.notify() == Notify(command="logger -t x", mail=mail, webhook=hook)
    assert "bí mật" not in repr(said.notify())
    assert "h.example.org" not in repr(said.notify())


def test_the_environment_alone_may_say_whom_to_tell() -> None:
    said = Settings(
        None,
        {
            "NEWSARCHIVE_NOTIFY_COMMAND": "cat",
            "NEWSARCHIVE_NOTIFY_MAIL_TO": "a@example.org, b@example.org",
            "NEWSARCHIVE_NOTIFY_MAIL_FROM": "c@example.org",
            "NEWSARCHIVE_NOTIFY_MAIL_TLS": "tls",
            "NEWSARCHIVE_NOTIFY_WEBHOOK_URL": "http://127.0.0.1:9/",
            "NEWSARCHIVE_NOTIFY_WEBHOOK_HEADERS": "X-A: 1\nX-B: 2: 3\n",
        },
    )
    mail = Mail(to=("a@example.org", "b@example.org"), sender="c@example.org", host="localhost",
                port=465, tls="tls")  # fmt: skip
    hook = Webhook(url="http://127.0.0.1:9/", headers={"X-A": "1", "X-B": "2: 3"})
    assert said.notify() == Notify(command="cat", mail=mail, webhook=hook)


def test_a_mail_server_on_this_machine_needs_no_more_than_to(tmp_path: Path) -> None:
    mail = loaded(tmp_path, '[notify.mail]\nto = "a@example.org"').notify().mail
    assert mail == Mail(to=("a@example.org",), sender="a@example.org", host="localhost", port=25,
                        tls="none")  # fmt: skip


def test_a_password_of_the_environment_goes_before_the_files(tmp_path: Path) -> None:
    text = '[notify.mail]\nto = "a@example.org"\nuser = "u"\npassword-file = "none"\n'
    mail = loaded(tmp_path, text, NEWSARCHIVE_NOTIFY_MAIL_PASSWORD="p").notify().mail
    assert mail is not None
    assert mail.password == "p"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[notify.mail]\nuser = 'u'", "newsarchive.toml: [notify.mail] user: but no 'to' is set"),
        ("[notify.webhook]\nheaders = {A = 'b'}", "[notify.webhook] headers: but no 'url' is set"),
        ("[notify.mail]\nto='a'\nuser='u'", "'user' and 'password' go together; one is missing"),
        ("[notify.mail]\nto='a'\npassword='p'", "'user' and 'password' go together"),
        ("[notify.mail]\nto='a'\nuser='u'\npassword='p'\npassword-file='f'", "are both set; keep one"),
        ("[notify.mail]\nto='a'\nuser='u'\npassword-file='f'", "/f: the password cannot be read (No"),
        ("[notify.mail]\nto='a'\nuser='u'\npassword-file='empty'", "should be the password, and is"),
        ("[notify.mail]\nto='a'\nuser='u'\npassword='p'\nhost='m.vn'\ntls='none'",
         "[notify.mail] tls: the password would be sent readable to all; use starttls or tls"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_told(text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(CallError, match=re.escape(wrong)):
        loaded(tmp_path, text).notify()
    done = newsarchive(tmp_path, "--config", NAME, "settings")
    assert done.returncode == 2


# The pace of a site


def test_a_site_has_a_pace_of_its_own(tmp_path: Path) -> None:
    text = 'delay = 2\n[sites.hanoi]\ndelay = 5\nconcurrency = 2\n[sites."a.vn:80"]\ntimeout = 9\n'
    said = loaded(tmp_path, text)
    assert said.pace("hanoi", "refresh") == Pace(delay=5.0, concurrency=2)
    assert said.pace("a.vn:80", "crawl") == Pace(timeout=9.0)
    assert said.pace("daklak", "crawl") == Pace()
    assert said.pace("hanoi", "refresh", {"delay"}) == Pace(concurrency=2)
    for name in ("NEWSARCHIVE_DELAY", "NEWSARCHIVE_REFRESH_DELAY"):
        general = loaded(tmp_path, text, **{name: "1"})
        assert general.pace("hanoi", "refresh") == Pace(concurrency=2)
    own = {"NEWSARCHIVE_DELAY": "1", "NEWSARCHIVE_SITES_A_VN_80_DELAY": "7"}
    assert loaded(tmp_path, text, **own).pace("a.vn:80", "crawl") == Pace(delay=7.0, timeout=9.0)


def test_a_crawl_keeps_the_pace_of_its_site(tmp_path: Path) -> None:
    crawled = portal(articles=3)
    crawled.override["/robots.txt"] = Answer(status=404)
    crawled.override["/"] = Answer(delay=60.0, body=b"late")
    with serve(crawled) as base:
        write(tmp_path, f'timeout = 50\ndelay = 0\n[sites."{base[7:]}"]\ntimeout = 0.5\n')
        done = newsarchive(tmp_path, "crawl", "--url", f"{base}/", "--db", "a.db")
    assert done.returncode == 1
    assert "0.5 s" in done.stderr


@pytest.mark.parametrize(
    ("text", "found"),
    [("90s", 90), ("50m", 3000), ("2h", 7200), ("1d", 86400), ("45", 45), (1.5, 1.5), ("0.5h", 1800)],
)  # fmt: skip
def test_durations(text: str | float, found: float) -> None:
    assert seconds(text) == found


@pytest.mark.parametrize("text", ["", "0", "-1", "h", "1w", "1h30", True, "inf", float("nan")])
def test_no_durations(text: Any) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)


# What is shown


def test_the_settings_in_force_are_shown_with_their_sources(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        'contact = "Hà <a@example.org>"\ndelay = 3\n[refresh]\nrecheck = "all"\ndelay = 4\n'
        '[notify.mail]\nto = "a@example.org"\nuser = "u"\npassword = "s3cret"\n'
        '[notify.webhook]\nurl = "https://h.example.org/t0ken"\nheaders = { A = "t0ken" }\n'
        '[sites."a.vn"]\ndelay = 5\n',
    )
    done = newsarchive(
        tmp_path, "settings", "--db", "a.db", NEWSARCHIVE_TIMEOUT="9", LANG="C",
        NEWSARCHIVE_CRAWL_LIMIT="7", NEWSARCHIVE_SITES_HANOI_TIMEOUT="8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"# {path.name}\n")
    lines = {re.sub(r" +", " ", line) for line in done.stdout.splitlines()}
    assert lines >= {
        'db = "a.db" # --db',
        'contact = "Hà <a@example.org>" # file',
        "timeout = 9.0 # NEWSARCHIVE_TIMEOUT",
        "concurrency = 1 # default",
        "# max-time is not set",
        "limit = 7 # NEWSARCHIVE_CRAWL_LIMIT",
        'password = "***" # file',
        'url = "https://h.example.org/***" # file',
    }
    assert "s3cret" not in done.stdout
    assert "t0ken" not in done.stdout
    shown = tomllib.loads(done.stdout)
    assert shown["delay"] == 3
    assert shown["refresh"] == {"recheck": "all", "delay": 4, "wait": False}
    assert shown["sites"] == {"a.vn": {"delay": 5}, "hanoi": {"timeout": 8}}
    none = newsarchive(tmp_path, "settings", "--db", "other/a.db").stdout
    assert none.startswith(f"# no settings file: neither --config nor other/{NAME}\n")


def test_the_sample_is_a_file_of_all_settings(tmp_path: Path) -> None:
    sample = newsarchive(tmp_path, "settings", "--sample").stdout
    assert read(write(tmp_path, sample)).values == {}
    filled = re.sub(r"^#(?=\S)", "", sample, flags=re.MULTILINE)
    found = read(write(tmp_path, filled)).values
    places = {(key.table.replace("SITE", "hanoi"), key.name) for key in KEYS}
    assert set(found) == places
    for key in KEYS:
        if key.default is not None and key.kind.what != "path":
            assert found[key.table, key.name] == key.default


def test_the_page_of_the_docs_has_them_all(tmp_path: Path) -> None:
    table = newsarchive(tmp_path, "settings", "--markdown").stdout
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert table in page, "docs/settings.md: put the output of `newsarchive settings --markdown` in"


def test_the_examples_of_the_docs_are_right(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert examples
    for text in examples:
        assert read(write(tmp_path, text)).values


def test_sample_and_markdown_are_two_things(tmp_path: Path) -> None:
    assert newsarchive(tmp_path, "settings", "--sample", "--markdown").returncode == 2


def test_every_command_has_a_table_that_is_its_own() -> None:
    assert {name for name in tables() if name} <= {
        "crawl", "refresh", "recover", "serve", "import", "new-site", "notify", "notify.mail",
        "notify.webhook", "sites.SITE",
    }  # fmt: skip
