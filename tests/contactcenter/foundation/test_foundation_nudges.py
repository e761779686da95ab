"""Nudges: a hint that something changed. They come after a commit, and losing one is no harm to anybody."""

import threading
from dataclasses import replace

import redis
from races import wait_until

from contactcenter.foundation.nudges import Nudges
from contactcenter.foundation.rooms import Change

CHANGE = Change("queue:1", "work_enqueued", item_id=7, ref=3, seq=12)


def subscribers(client: redis.Redis) -> int:
    return sum("sub=1" in str(one) or one.get("sub") == "1" for one in client.client_list())


def test_whoever_listens_hears_the_change_without_its_content(redis_url: str) -> None:
    client, nudges, stop = redis.Redis.from_url(redis_url), Nudges(redis_url), threading.Event()
    heard: list[list[dict[str, object]]] = []
    nudges.listen(heard.append, stop)

    def published_until_heard() -> bool:
        nudges.publish([CHANGE])
        return bool(heard)

    wait_until(published_until_heard, what="the nudge")
    assert heard[0] == [{"room": "queue:1", "seq": 12, "kind": "work_enqueued", "item": 7, "ref": 3}]
    nudges.publish([replace(CHANGE, seq=13)])
    nudges.publish([replace(CHANGE, seq=14)])
    wait_until(lambda: heard[-1][0]["seq"] == 14, what="the last nudge")
    assert sum(one[0]["seq"] == 13 for one in heard) == 1, "each is heard once"
    stop.set()
    nudges.close()
    client.close()


def test_a_listener_that_was_cut_off_listens_again(redis_url: str) -> None:
    client, nudges, stop = redis.Redis.from_url(redis_url), Nudges(redis_url), threading.Event()
    heard: list[list[dict[str, object]]] = []
    nudges.listen(heard.append, stop)
    wait_until(lambda: subscribers(client) == 1, what="listening")
    client.client_kill_filter(_type="pubsub")

    def published_until_heard() -> bool:
        nudges.publish([CHANGE])
        return bool(heard)

    wait_until(published_until_heard, what="hearing again")
    stop.set()
    nudges.close()
    client.close()


def test_a_server_that_is_away_does_not_disturb_whoever_has_committed() -> None:
    nudges, stop = Nudges("redis://127.0.0.1:9/0"), threading.Event()
    nudges.publish([CHANGE])
    thread = nudges.listen(lambda _changes: None, stop)
    assert thread.is_alive()
    stop.set()
    nudges.close()
    assert not thread.is_alive()
