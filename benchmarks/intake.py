"""What taking work in costs: calls, mails and chat messages, through the real doors, beside the least that is possible.

The floor is measured in the same run: a bare Flask application under the same gunicorn that checks the provider's
signature, inserts one row through SQLAlchemy and commits, on the same PostgreSQL. What is compared is CPU time per
request of the serving processes, which does not depend on what else the machine does; times are told, not judged.
"""

import smtplib
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from random import Random

from sqlalchemy import func, select

from benchmarks.measuring.bare import PATH, TABLE
from benchmarks.measuring.cpu import spent
from benchmarks.measuring.ground import Ground, as_json, ground, wait_until
from benchmarks.measuring.load import CONNECTIONS, Answered, closed_loop, in_parallel, post, refused, webhook
from benchmarks.measuring.provider import Provider
from benchmarks.measuring.table import Row, row, told
from contactcenter.floor.wire import Wire
from contactcenter.foundation.children import Child
from contactcenter.foundation.embedded_valkey import free_port
from contactcenter.models import RawMail
from contactcenter.models.states import MailState

SEED = 1
CALLS = 400
FLOOR = 600
MAILS = 240
CHATS = 160
MESSAGES_EACH = 4
_WARM = 60
_TEXTS = (
    "Hello, my parcel has not arrived yet. Could you please look where it is? Thank you very much.",
    "您好，我的包裹一直没有送到，请帮我查一下现在在哪里，谢谢。",
    "您好，我的包裹一直沒有送到，請幫我查一下現在在哪裡，謝謝。",
)


@dataclass(slots=True)
class Bench:
    """The ground, and whose CPU time counts."""

    ground: Ground

    def measure(
        self, name: str, serving: Sequence[Child], work: Callable[[], list[Answered]]
    ) -> tuple[Row, list[Answered]]:
        pids = [child.pid for child in serving]
        before, began = spent(pids, self.ground.postgres), time.monotonic()
        answers = work()
        seconds, after = time.monotonic() - began, spent(pids, self.ground.postgres)
        wrong = refused(answers)
        if wrong:
            raise SystemExit(f"{name}: {len(wrong)} of {len(answers)} were refused; first: {wrong[0]}")
        return row(name, answers, seconds, after.since(before)), answers


def main() -> None:
    with ground() as here:
        bench = Bench(here)
        floor_port = free_port()
        floor_process, web = start_floor(here, floor_port), here.start_web()
        floor = measure_floor(bench, floor_process, floor_port)
        rows = [*measure_calls(bench, web), *measure_chats(bench, web), *measure_mails(bench)]
        floor = floor.together(measure_floor(bench, floor_process, floor_port))
        print("Intake: CPU time per request of the serving processes, as a multiple of the floor's.")
        print(told([floor, *rows], floor))


# --- the floor ---


def start_floor(here: Ground, port: int) -> Child:
    with here.parts.db.engine.begin() as connection:
        connection.exec_driver_sql(TABLE)
    return here.start_floor(port)


def measure_floor(bench: Bench, process: Child, port: int) -> Row:
    settings, provider = bench.ground.settings, Provider(bench.ground)
    url = f"http://{settings.host}:{port}{PATH}"
    requests = [webhook(settings.twilio_auth_token, url, provider.form(n, "ringing")) for n in range(FLOOR)]
    closed_loop(port, requests[:_WARM])
    return bench.measure("floor", [process], lambda: closed_loop(port, requests))[0]


# --- calls ---


def measure_calls(bench: Bench, web: Child) -> list[Row]:
    """Each call is answered, told its language, and put in line: three requests, measured one kind after the other."""
    port, provider = bench.ground.settings.port, Provider(bench.ground)
    warm = closed_loop(port, [provider.begins(n) for n in range(_WARM)])
    warm = closed_loop(port, [provider.presses(n, warm[n].body, "1") for n in range(_WARM)])
    closed_loop(port, [provider.presses(n, warm[n].body, "2") for n in range(_WARM)])
    numbers = range(_WARM, _WARM + CALLS)
    rows = []
    requests = [provider.begins(n) for n in numbers]
    for name, key in (("call begins", "1"), ("key: language", "2"), ("key: into line", "")):
        one, answers = bench.measure(name, [web], partial(closed_loop, port, requests))
        rows.append(one)
        if key:
            requests = [provider.presses(n, answer.body, key) for n, answer in zip(numbers, answers, strict=True)]
    ends = [provider.hangs_up(n) for n in numbers]
    rows.append(bench.measure("call ends", [web], lambda: closed_loop(port, ends))[0])
    return rows


# --- chats ---


def measure_chats(bench: Bench, web: Child) -> list[Row]:
    """Visitors open chats and write, first by plain requests, then over their sockets."""
    port, random = bench.ground.settings.port, Random(SEED)
    base = bench.ground.settings.base_url
    tokens = [f"{random.getrandbits(192):048x}" for _ in range(_WARM + CHATS)]
    opening = [post(f"{base}/widget/open", as_json(visitor(n)), visitor_headers(t)) for n, t in enumerate(tokens)]
    closed_loop(port, opening[:_WARM])
    opened, _ = bench.measure("chat opens", [web], lambda: closed_loop(port, opening[_WARM:]))
    tokens = tokens[_WARM:]
    written = [
        post(f"{base}/widget/messages", as_json(message(m, "h")), visitor_headers(token))
        for m in range(MESSAGES_EACH)
        for token in tokens
    ]
    by_http, _ = bench.measure("chat message, HTTP", [web], lambda: closed_loop(port, written))
    return [opened, by_http, measure_chat_sockets(bench, web, tokens)]


def measure_chat_sockets(bench: Bench, web: Child, tokens: Sequence[str]) -> Row:
    sockets = [Wire(bench.ground.settings.base_url, "/visitor", auth={"token": token}) for token in tokens]

    def client(take: Callable[[], int | None], done: list[Answered]) -> None:
        while (number := take()) is not None:
            at = number % len(sockets)
            said = {"token": tokens[at], **message(number // len(sockets), "s")}
            began = time.perf_counter()
            answer = sockets[at].ask("message.send", said)
            done.append(Answered(number, time.perf_counter() - began, 200 if answer["stored"] else 500, b""))

    try:
        return bench.measure(
            "chat message, socket",
            [web],
            lambda: in_parallel(len(sockets) * MESSAGES_EACH, client, CONNECTIONS),
        )[0]
    finally:
        for one in sockets:
            one.close()


def visitor(number: int) -> dict[str, str]:
    text = _TEXTS[number % 3]
    return {"name": f"Visitor {number}", "email": "", "topic": "general", "client_id": "first", "text": text}


def visitor_headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def message(number: int, way: str) -> dict[str, str]:
    return {"client_id": f"{way}{number}", "text": _TEXTS[number % 3]}


# --- mails ---


def measure_mails(bench: Bench) -> list[Row]:
    """The door says yes when the raw mail is committed; a worker takes it in afterwards, which is measured apart."""
    here = bench.ground
    door = here.start("mail")
    port = here.settings.mail_door_port
    wait_until(lambda: _greets(port), "the mail door opens", door)
    mails = [written_mail(n) for n in range(_WARM + MAILS)]
    deliver(port, mails[:_WARM])
    kept, _ = bench.measure("mail is kept", [door], lambda: deliver(port, mails[_WARM:]))
    worker = here.start("worker")
    wait_until(lambda: waiting_mails(here) < MAILS, "the worker begins", worker)
    left = waiting_mails(here)

    def taken_in() -> list[Answered]:
        wait_until(lambda: waiting_mails(here) == 0, "every mail is taken in", worker)
        return [Answered(n, 0.0, 200, b"") for n in range(left)]

    taken, _ = bench.measure("mail is taken in", [worker], taken_in)
    return [kept, taken]


def deliver(port: int, mails: Sequence[bytes]) -> list[Answered]:
    def client(take: Callable[[], int | None], done: list[Answered]) -> None:
        with closing(smtplib.SMTP("127.0.0.1", port, timeout=30)) as server:
            while (number := take()) is not None:
                began = time.perf_counter()
                server.sendmail(f"writer{number}@example.com", ["support@desk.example.com"], mails[number])
                done.append(Answered(number, time.perf_counter() - began, 200, b""))

    return in_parallel(len(mails), client, CONNECTIONS)


def written_mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Writer {number} <writer{number}@example.com>"
    mail["To"] = "support@desk.example.com"
    mail["Subject"] = ("Where is my parcel?", "包裹在哪里？", "包裹在哪裡？")[number % 3]
    mail["Message-ID"] = f"<{SEED}.{number}@example.com>"
    mail["Date"] = "Mon, 05 Jan 2026 10:00:00 +0800"
    mail.set_content("\n\n".join([_TEXTS[number % 3]] * 3))
    return bytes(mail)


def waiting_mails(here: Ground) -> int:
    with here.parts.db.transaction() as session:
        stored = select(func.count()).select_from(RawMail).where(RawMail.state == MailState.STORED)
        return session.scalar(stored) or 0


def _greets(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
