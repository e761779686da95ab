"""An IMAP folder is read by UID: only what is new, each mail once, whatever dies in between."""

from collections.abc import Iterator

import pytest
from email_dovecot import Server, running, why_not
from email_world import Post, mail
from imap_tools.errors import MailboxLoginError
from races import at_once
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from world import World

from contactcenter.channels.email.fetching import Place, fetch
from contactcenter.models import Case, Inbox, MailCursor, RawMail

REASON = why_not()
needs_server = pytest.mark.skipif(bool(REASON), reason=REASON)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture
def folder(server: Server, request: pytest.FixtureRequest) -> str:
    """A fresh folder on the server."""
    name = f"f{abs(hash(request.node.name)) % 10**8}"
    server.create(name)
    return name


@pytest.fixture
def post(world: World) -> Post:
    return Post.opened(world)


def question(number: int) -> bytes:
    return mail(f"Question {number}", f"What about {number}?", Message_ID=f"<q{number}@example.org>")


def connected(post: Post, server: Server, folder: str) -> Place:
    """The folder after the first connection: from here on everything counts."""
    place = Place.of(server.url(folder))
    assert fetch(post.world.db, place) == 0
    return place


def subjects(post: Post) -> list[str]:
    post.take_in_everything()
    return [line.body["subject"] for line in post.lines()]


@needs_server
def test_the_first_connection_takes_only_what_comes_later(post: Post, server: Server, folder: str) -> None:
    server.deliver(folder, question(1), question(2))
    place = connected(post, server, folder)
    assert post.world.count(RawMail) == 0
    server.deliver(folder, question(3))
    assert fetch(post.world.db, place) == 1
    assert fetch(post.world.db, place) == 0
    assert subjects(post) == ["Question 3"]


@needs_server
def test_a_mail_is_kept_byte_for_byte_and_stays_unread_for_people(post: Post, server: Server, folder: str) -> None:
    place = connected(post, server, folder)
    raw = b"From: dana@example.org\r\nSubject: \xd6\xd0\xff\r\n\r\n8-bit \xe4\xb8\xad\r\n.\r\n"
    server.deliver(folder, raw)
    assert fetch(post.world.db, place) == 1
    (kept,) = post.world.all(RawMail)
    assert bytes(kept.raw) == raw
    assert kept.door == f"imap:{place.name}"
    assert server.unseen(folder) == 1


@needs_server
def test_many_mails_at_once_all_come_in_order(post: Post, server: Server, folder: str) -> None:
    place = connected(post, server, folder)
    server.deliver(folder, *[question(number) for number in range(60)])
    assert fetch(post.world.db, place) == 60
    assert subjects(post) == [f"Question {number}" for number in range(60)]
    assert post.world.get(MailCursor, place.name).highest_uid == 60
    assert post.world.violated() == []


@needs_server
def test_dying_between_keeping_a_mail_and_moving_the_cursor_takes_nothing_twice(
    post: Post, server: Server, folder: str
) -> None:
    place = connected(post, server, folder)
    server.deliver(folder, question(1), question(2), question(3))
    with post.world.db.engine.begin() as connection:
        connection.execute(
            text("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                 "IF NEW.highest_uid = 2 THEN RAISE EXCEPTION 'killed'; END IF; RETURN NEW; END $$")
        )  # fmt: skip
        connection.execute(text("CREATE TRIGGER dies BEFORE UPDATE ON mail_cursor FOR EACH ROW EXECUTE FUNCTION die()"))
    with pytest.raises(DBAPIError, match="killed"):
        fetch(post.world.db, place)
    assert post.world.count(RawMail) == 2
    assert post.world.get(MailCursor, place.name).highest_uid == 1
    with post.world.db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER dies ON mail_cursor"))
    assert fetch(post.world.db, place) == 1
    assert subjects(post) == ["Question 1", "Question 2", "Question 3"]
    assert post.world.count(Inbox) == 3


@needs_server
def test_two_who_fetch_the_same_folder_at_once_keep_each_mail_once(post: Post, server: Server, folder: str) -> None:
    place = connected(post, server, folder)
    server.deliver(folder, *[question(number) for number in range(8)])
    results = at_once(*[lambda: fetch(post.world.db, place)] * 2)
    assert sum(results) == 8, results
    assert sorted(subjects(post)) == [f"Question {number}" for number in range(8)]


@needs_server
def test_a_folder_that_was_made_anew_is_read_from_its_start_and_opens_no_case_twice(
    post: Post, server: Server, folder: str
) -> None:
    place = connected(post, server, folder)
    server.deliver(folder, question(1), question(2))
    fetch(post.world.db, place)
    assert subjects(post) == ["Question 1", "Question 2"]
    before = server.validity(folder)
    server.delete(folder)
    server.create(folder)
    server.deliver(folder, question(2), question(1), question(3))
    assert server.validity(folder) != before
    assert fetch(post.world.db, place) == 3
    assert subjects(post) == ["Question 1", "Question 2", "Question 3"]
    assert post.world.count(Case) == 3
    assert post.world.get(MailCursor, place.name).uid_validity == server.validity(folder)
    assert fetch(post.world.db, place) == 0
    assert post.world.violated() == []


@needs_server
def test_a_mail_that_somebody_deletes_is_no_hole_to_fall_into(post: Post, server: Server, folder: str) -> None:
    place = connected(post, server, folder)
    server.deliver(folder, question(1), question(2))
    server.remove(folder, 2)
    assert fetch(post.world.db, place) == 1
    server.deliver(folder, question(3))
    assert fetch(post.world.db, place) == 1
    assert subjects(post) == ["Question 1", "Question 3"]


@needs_server
def test_a_wrong_password_is_an_error_to_be_noted_not_an_empty_folder(post: Post, server: Server) -> None:
    with pytest.raises(MailboxLoginError):
        fetch(post.world.db, Place.of(server.url(password="wrong")))
    assert post.world.count(MailCursor) == 0


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("imap://u:p@mail.example.com", Place(False, "mail.example.com", 143, "u", "p", "INBOX")),
        ("imaps://u:p@mail.example.com/Support", Place(True, "mail.example.com", 993, "u", "p", "Support")),
        ("imaps://u%40example.com:p%2F1@h:1993/A%2FB", Place(True, "h", 1993, "u@example.com", "p/1", "A/B")),
    ],
)
def test_the_address_of_a_folder_says_everything(url: str, place: Place) -> None:
    assert Place.of(url) == place
