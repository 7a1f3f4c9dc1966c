"""What workers of one crawl do in Redis: leases, duplicates, turns at hosts, what is refused there."""

from __future__ import annotations

import json
import pickle
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis_cases import PASSWORD, Server, redis_server

from newsarchive.crawl.progress import Progress
from newsarchive.crawl.shared import address, items
from newsarchive.crawl.shared.crew import Crew
from newsarchive.crawl.shared.items import Item, Settled, Strange
from newsarchive.crawl.shared.pace import Hosts
from newsarchive.crawl.shared.queue import DEATHS, LeasedQueue, Turn
from newsarchive.errors import CallError, Over, SharedError
from newsarchive.model import Step

LEASE = 0.3  # seconds
SITE = "congan.example"
HOME = f"http://{SITE}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Any]:
    connected = address.connect(address.parse(server.url))
    connected.flushall()
    yield connected
    connected.close()


def queue(
    client: Any, worker: str = "one", *, lease: float = LEASE, crawl: str = "c"
) -> LeasedQueue:
    made = LeasedQueue(client, SITE, crawl=crawl, worker=worker, lease=lease)
    made.join("{}")
    return made


def item(number: int, **more: Any) -> Item:
    url = f"{HOME}/tin-{number}"
    return Item(**{"kind": "article", "url": url, "name": f"{SITE}/tin-{number}", **more})


def turn(of: LeasedQueue, *, room: int = 0, offers: bool = False, **more: Any) -> Turn:
    given = {"walks": False, "heard": 0, "sections": 0, "wait": 0.0, **more}
    return of.turn(room=room, offers=offers, **given)


def taken(of: LeasedQueue, room: int = 1) -> list[str]:
    return [items.loads(body).name[-1] for _, body in turn(of, room=room).taken]


# Leases


def test_what_one_has_in_hand_no_other_gets(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    assert one.post([item(1), item(2)]) == ["new", "new"]
    assert (taken(one), taken(two), taken(one), taken(two)) == (["1"], ["2"], [], [])


def test_what_a_dead_worker_had_comes_first_once_its_lease_is_over(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    one.post([item(1), item(2)])
    assert taken(one) == ["1"]
    time.sleep(LEASE * 1.2)
    assert taken(two, 2) == ["1", "2"]
    assert one.beat([item(1).id]) == [item(1).id]  # it learns that it is another's


def test_a_sign_of_life_keeps_it(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    one.post([item(1)])
    assert taken(one) == ["1"]
    for _ in range(4):
        time.sleep(LEASE / 2)
        assert one.beat([item(1).id]) == []
        assert taken(two) == []


def test_what_is_given_back_is_anyones_at_once(client: Any) -> None:
    one, two = queue(client, lease=600), queue(client, "two", lease=600)
    one.post([item(1), item(2), item(3)])
    assert taken(one, 2) == ["1", "2"]
    assert turn(one, offers=True).walks
    one.give_back([item(2).id])
    assert not turn(two, offers=True).walks
    assert taken(two) == ["2"]
    one.give_back([item(1).id], leaves=True)
    assert taken(two, 2) == ["1", "3"]
    assert turn(two, offers=True).walks
    one.give_back([item(1).id])  # it is the other's by now
    assert taken(one) == []


def test_what_is_done_stays_done_whoever_did_it(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    one.post([item(1)])
    assert taken(one) == ["1"]
    time.sleep(LEASE * 1.2)
    assert taken(two) == ["1"]
    one.settle([(item(1).id, Settled(how="done"))])  # it was slow, not dead
    assert two.beat([item(1).id]) == [item(1).id]
    two.settle([(item(1).id, Settled(how="failed"))])
    time.sleep(LEASE * 1.2)
    assert (taken(one), taken(two)) == ([], [])
    (told,) = turn(one, offers=True).events
    assert (items.event(told).worker, items.event(told).settled.how) == ("one", "done")


def test_a_page_that_kills_its_workers_is_left_after_some(client: Any) -> None:
    one = queue(client, lease=0.02)
    one.post([item(1)])
    for _ in range(DEATHS):
        assert taken(one) == ["1"]
        time.sleep(0.03)
    assert taken(one) == []
    (told,) = turn(one, offers=True).events
    assert items.event(told) == items.Event(worker="", item=item(1), settled=Settled(how="lost"))


# Duplicates


def test_an_article_is_found_once_whoever_finds_it_and_where(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    twin = item(1, url=f"{HOME}/savefile/tin-1")
    assert one.post([item(1), twin]) == ["new", ""]
    assert two.post([item(1)]) == [""]
    assert taken(one, 9) == ["1"]
    assert two.post([item(1)]) == [""]
    one.settle([(item(1).id, Settled(how="refused"))])
    assert two.post([item(1)]) == ["refused"]
    picture = Item(kind="image", url=f"{HOME}/tin-1")
    assert two.post([picture, picture]) == ["new", ""]


def test_what_an_archive_knows_is_not_asked_even_if_it_waits_already(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    one.post([item(1), item(2)])
    two.publish([item(1).id, item(3).id])
    assert one.post([item(3)]) == ["known"]
    assert taken(one, 9) == ["2"]
    (told,) = turn(one, offers=True).events
    assert items.event(told).settled.how == "known"


def test_a_limit_holds_for_all_workers_together(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    assert one.post([item(1), item(2)], most=3) == ["new", "new"]
    assert two.post([item(2), item(3), item(4)], most=3) == ["", "new", "left"]
    assert two.post([Item(kind="image", url=f"{HOME}/a.png")], most=3) == ["new"]


def test_crawls_of_other_names_do_not_mix(client: Any) -> None:
    one, other = queue(client, crawl="a"), queue(client, crawl="b")
    one.post([item(1)])
    assert taken(other) == []
    assert other.post([item(1)]) == ["new"]


# Walks and the end


def test_one_worker_walks_and_another_one_when_it_dies(client: Any) -> None:
    one, two = queue(client), queue(client, "two")
    assert not turn(one, offers=True, wait=30.0).walks  # others may know the site better
    assert turn(two, offers=True).walks
    assert not turn(one, offers=True).walks
    time.sleep(LEASE * 0.7)
    two.beat([])
    time.sleep(LEASE * 0.7)
    assert not turn(one, offers=True).walks
    time.sleep(LEASE)
    assert turn(one, offers=True).walks
    assert not turn(two, offers=True, walks=True).walks


def test_whoever_walks_hears_of_all_that_was_settled_from_the_first_on(client: Any) -> None:
    one, two = queue(client), queue(client, "two", lease=600)
    one.post([item(n) for n in (1, 2, 3)])
    assert taken(one, 3) == ["1", "2", "3"]
    calls = (
        Step(url=f"{HOME}/more", method="POST", body='{"a": "ạ"}'.encode(), content_type="x/y"),
    )
    one.settle([(item(1).id, Settled(how="done", day="2022-08-22", calls=calls))])
    first = turn(two, offers=True)
    assert [items.event(e).settled for e in first.events] == [
        Settled(how="done", day="2022-08-22", calls=calls)
    ]
    one.settle([(item(n).id, Settled(how="done")) for n in (2, 3)])
    later = turn(two, offers=True, walks=True, heard=1)
    assert [items.event(e).item for e in later.events] == [item(2), item(3)]


def test_the_end_comes_when_nothing_is_left_and_clears_the_keys(client: Any) -> None:
    one, two = queue(client, lease=600), queue(client, "two", lease=600)
    one.post([item(1)])
    assert turn(one, offers=True).walks
    assert one.finish(0, remembered=0.3) is None  # it waits
    assert taken(two) == ["1"]
    assert one.finish(0, remembered=0.3) is None  # it is in hand
    two.settle([(item(1).id, Settled(how="done"))])
    assert one.finish(0, remembered=0.3) is None  # it was not heard of
    assert two.finish(1, remembered=0.3) is None  # the walk is another's
    assert (one.finish(1, remembered=0.3) or {}).items() >= {"articles": 1, "done": 1}.items()
    assert [key.decode() for key in client.keys("newsarchive:crawl:*")] == [f"{one.prefix}:over"]
    assert turn(two).state == "over"
    assert two.post([item(2)]) == []
    left, _ = two.join("{}")
    assert left is not None
    assert 0 < left <= 0.3
    time.sleep(0.35)
    assert turn(two).state == "gone"
    assert two.join("{}") == (None, "{}")
    assert two.post([item(1)]) == ["new"]  # a new crawl begins anew


def test_keys_that_nobody_touches_vanish_after_a_week(client: Any) -> None:
    one = queue(client)
    one.post([item(1)])
    one.beat([])
    keys = client.keys("newsarchive:crawl:*")
    assert keys
    assert all(6 * 86400 < client.ttl(key) <= 7 * 86400 for key in keys)


def crew(server: Server, **more: Any) -> Crew:
    return Crew(server.url, **{"crawl": "c", "lease": 30.0, "progress": Progress(), **more})


def test_workers_of_one_crawl_agree_on_its_terms(server: Server, client: Any) -> None:
    one, two = crew(server), crew(server)
    one.join(SITE, {"since": None, "limit": 5})
    two.join(SITE, {"since": None, "limit": 5})
    with pytest.raises(
        CallError, match=r"runs with other values of --since, --limit: give the same"
    ):
        two.join(SITE, {"since": "2024-01-01", "limit": None})
    queue(client).turn(room=0, walks=False, heard=0, sections=0, wait=0)
    queue(client).finish(0, remembered=60)
    with pytest.raises(Over, match=r"the crawl 'c' has just ended; in (60|59) s the same command"):
        two.join(SITE, {"since": None, "limit": 5})


# Turns at a host


def test_a_host_sees_one_visitor_whatever_the_workers_clocks_say(client: Any) -> None:
    times: list[tuple[float, float]] = []
    delay, guard = 0.05, threading.Lock()

    def visit(worker: str) -> None:
        hosts = Hosts(client, lease=5)
        for number in range(4):
            token = f"{worker}-{number}"
            while (wait := hosts.enter("h", token, delay=delay, connections=1)) != 0:
                time.sleep(wait if wait is not None else 0.005)
            began = time.monotonic()
            time.sleep(0.01)
            with guard:
                times.append((began, time.monotonic()))
            hosts.leave("h", token, since=time.monotonic() - began)

    threads = [threading.Thread(target=visit, args=(str(n),)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    assert len(times) == 20
    for (began, ended), (later, _) in pairwise(times):
        assert later >= ended
        assert later - began >= delay * 0.99  # milliseconds are whole ones


def test_the_delay_counts_from_the_request_and_not_from_the_turn(client: Any) -> None:
    hosts = Hosts(client, lease=5)
    assert hosts.enter("h", "a", delay=0.2, connections=1) == 0
    time.sleep(0.15)  # the worker came to sending it only now
    hosts.leave("h", "a", since=0.0)
    wait = hosts.enter("h", "b", delay=0.2, connections=1)
    assert wait is not None
    assert wait > 0.15


def test_the_longest_delay_and_the_fewest_connections_hold_for_all(client: Any) -> None:
    hosts = Hosts(client, lease=5)
    assert hosts.enter("h", "a", delay=0, connections=3) == 0
    assert hosts.enter("h", "b", delay=0, connections=3) == 0
    assert hosts.enter("h", "c", delay=0, connections=1) is None
    hosts.leave("h", "a", since=0)
    assert hosts.enter("h", "c", delay=0, connections=3) is None  # another one said 1
    hosts.leave("h", "b", since=0)
    assert hosts.enter("h", "c", delay=9, connections=3) == 0  # a Crawl-delay
    hosts.leave("h", "c", since=0)
    wait = hosts.enter("h", "d", delay=0, connections=3)
    assert wait is not None
    assert 8 < wait <= 9
    assert hosts.enter("other", "d", delay=0, connections=3) == 0


def test_a_host_that_asks_for_rest_has_it_from_all(client: Any) -> None:
    one, two = Hosts(client, lease=5), Hosts(client, lease=5)
    assert one.enter("h", "a", delay=0, connections=1) == 0
    one.leave("h", "a", since=0, rest=30)
    wait = two.enter("h", "b", delay=0, connections=1)
    assert wait is not None
    assert 29 < wait <= 30


def test_a_turn_of_a_dead_worker_ends(client: Any) -> None:
    one, two = Hosts(client, lease=LEASE), Hosts(client, lease=LEASE)
    assert one.enter("h", "a", delay=0, connections=1) == 0
    for _ in range(3):
        time.sleep(LEASE / 2)
        one.stay([("h", "a")])
        assert two.enter("h", "b", delay=0, connections=1) is None
    time.sleep(LEASE * 1.2)
    assert two.enter("h", "b", delay=0, connections=1) == 0
    one.stay([("h", "a")])  # too late: it must not come back
    two.leave("h", "b", since=0)
    assert two.enter("h", "c", delay=0, connections=1) == 0


# What stands in Redis

texts = st.text(max_size=60)


@given(section=st.none() | texts, name=texts.filter(bool), calls=st.none() | st.booleans())
def test_an_item_comes_back_as_it_was(section: str | None, name: str, calls: bool | None) -> None:
    found = item(1, name=name, section=section, calls=calls)
    told = items.dumps(found).encode()
    assert items.loads(told) == found
    assert json.loads(told)["name"] == name


@given(body=st.binary(max_size=200), day=st.none() | st.just("2024-02-29"))
def test_an_event_comes_back_as_it_was(body: bytes, day: str | None) -> None:
    settled = Settled(
        how="done",
        day=day,
        calls=(Step(url=f"{HOME}/a?b=c", method="POST", body=body, content_type="text/plain"),),
    )
    told = items.head("người-1", settled) + items.dumps(item(1)) + "}"
    assert items.event(told.encode()) == items.Event(
        worker="người-1", item=item(1), settled=settled
    )


def test_calls_that_are_too_many_or_too_long_do_not_make_an_event_unreadable() -> None:
    calls = tuple(Step(url=f"{HOME}/{n}", method="POST", body=b"x" * 9000) for n in range(99))
    told = items.head("w", Settled(how="done", calls=calls)) + items.dumps(item(1)) + "}"
    assert 0 < len(items.event(told.encode()).settled.calls) < 99


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("this must not run",))


GOOD = json.loads(items.dumps(item(1)))
STRANGE: list[Any] = [
    pickle.dumps(Evil()),
    b"",
    b"\xff\xfe",
    b"[" * 40_000,
    b"[]",
    b"1e999",
    b'"' + b"x" * 70_000 + b'"',
    b"{}",
    {**GOOD, "more": 1},
    {**GOOD, "kind": "recheck"},
    {**GOOD, "kind": ["article"]},
    {**GOOD, "url": "file:///etc/passwd"},
    {**GOOD, "url": "javascript:alert(1)"},
    {**GOOD, "url": "/tin-1"},
    {**GOOD, "url": f"{HOME}/tin 1"},
    {**GOOD, "url": f"{HOME}/tin-1\r\nHost: other"},
    {**GOOD, "url": f"{HOME}/{'x' * 9000}"},
    {**GOOD, "url": None},
    {**GOOD, "name": ""},
    {**GOOD, "name": 1},
    {**GOOD, "name": {}},
    {**GOOD, "kind": "image"},
    {**GOOD, "section": 1},
    {**GOOD, "calls": "yes"},
    {**GOOD, "calls": 2},
]


@pytest.mark.parametrize("told", STRANGE, ids=range(len(STRANGE)))
def test_what_no_worker_wrote_is_no_item(told: Any, capsys: pytest.CaptureFixture[str]) -> None:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    with pytest.raises(Strange):
        items.loads(body)
    assert capsys.readouterr().out == ""


CALL = {"url": f"{HOME}/a", "method": "POST", "body": "", "type": "text/plain"}
EVENT = {"how": "done", "worker": "w", "day": None, "calls": [], "item": GOOD}


@pytest.mark.parametrize(
    "more",
    [
        {"how": "exec"}, {"how": []}, {"worker": None}, {"worker": "x" * 200}, {"day": 20240229},
        {"day": "2024-02-29T00:00:00"}, {"calls": None}, {"calls": [CALL] * 99}, {"calls": ["x"]},
        {"calls": [{**CALL, "method": "DELETE"}]}, {"calls": [{**CALL, "url": "ftp://x/"}]},
        {"calls": [{**CALL, "type": "text/plain\r\nHost: x"}]}, {"calls": [{**CALL, "body": "ạ"}]},
        {"item": None}, {"item": {**GOOD, "url": "data:,x"}},
    ],
)  # fmt: skip
def test_what_no_worker_wrote_is_no_event(more: dict[str, Any]) -> None:
    assert items.event(json.dumps({**EVENT, "calls": [CALL]}).encode())
    with pytest.raises(Strange):
        items.event(json.dumps({**EVENT, **more}).encode())


def test_all_that_stands_in_redis_is_plain_text_under_one_prefix(client: Any) -> None:
    one = queue(client)
    one.post([item(1, section=HOME), item(2), Item(kind="image", url=f"{HOME}/a.png")])
    assert taken(one) == ["1"]
    one.publish([item(3).id])
    one.publish_sections([f"{SITE}/tin"])
    one.settle([(item(1).id, Settled(how="done"))])
    Hosts(client, lease=5).enter("h", "a", delay=1, connections=1)
    keys = [key.decode() for key in client.keys("*")]
    assert len(keys) > 8
    for key in keys:
        assert key.startswith((f"newsarchive:crawl:c:{SITE}:", "newsarchive:pace:h"))
    bodies = [*client.hvals(f"{one.prefix}:items"), *client.lrange(f"{one.prefix}:settled", 0, -1)]
    assert len(bodies) == 3
    assert all(isinstance(json.loads(body), dict) for body in bodies)


# Addresses


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://10.0.0.5", "redis://10.0.0.5:6379/0"),
        ("redis://:geheim@host:6380/3", "redis://host:6380/3"),
        ("rediss://anna:geheim@host/?ssl_cert_reqs=required", "rediss://host:6379/0"),
        ("redis://[::1]:1/", "redis://[::1]:1/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("unix://:geheim@/run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    found = address.parse(url)
    assert found.shown == shown
    told = found.hide("AUTH anna geheim\n failed")
    assert ("geheim" in told) == (
        "geheim" not in url
    )  # of an address without one nothing is hidden
    assert "\n" not in told


@pytest.mark.parametrize(
    "url",
    [
        "geheim", "http://:geheim@host/", "redis://", "redis://:geheim@/0", "redis://host:geheim",
        "redis://host/geheim", "redis://host:99999/geheim", "redis://:ge#heim@host/",
        "redis://:ge/heim@host/", "redis://host/?password=geheim", "redis://host/?geheim",
        "redis://host/?decode_responses=geheim", "unix://", "redis://[geheim/",
    ],
)  # fmt: skip
def test_a_wrong_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(CallError, match=r"^--redis: ") as error:
        address.parse(url)
    assert "geheim" not in str(error.value)
    assert "heim@" not in str(error.value)


def test_a_password_that_is_wrong_or_missing_is_said_and_not_shown(tmp_path: Path) -> None:
    with redis_server(tmp_path, PASSWORD) as running:
        address.connect(address.parse(running.url)).close()
        wrong = running.url.replace(PASSWORD, "sai-mat-khau")
        for url in (wrong, wrong.replace(":sai-mat-khau@", "")):
            with pytest.raises(
                SharedError, match=r"refuses this user or password|Redis refuses"
            ) as error:
                address.connect(address.parse(url))
            assert "sai-mat-khau" not in str(error.value)
            assert f"redis://127.0.0.1:{running.port}/0: " in str(error.value)


def test_a_redis_that_does_not_answer_is_said() -> None:
    with pytest.raises(
        SharedError, match=r"^redis://127\.0\.0\.1:1/0: Redis does not answer .* is it running"
    ):
        address.connect(address.parse("redis://:geheim@127.0.0.1:1/0"))
