"""Drafts and published versions of a phone menu: nobody overwrites another, nothing published changes, all is noted."""

import pytest
from house import House
from menus_world import MENU, MISTAKE, NEW, OLD, Menus
from races import at_once
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from contactcenter.channels.voice.menus import checking, history, publishing
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.foundation import clock, comparing
from contactcenter.foundation.comparing import Kind
from contactcenter.foundation.errors import BadInput, Conflict, NotFound, TooLarge
from contactcenter.foundation.shelves import LARGEST, Wish, stamped
from contactcenter.models import Audit, Event, FlowDraft, FlowText


@pytest.fixture
def menus(house: House) -> Menus:
    return Menus(house)


def publish(menus: Menus, reason: str = "", seen: int = 1, login: str = "admin") -> int:
    return publishing.publish(menus.house.db, MENU, menus.draft().revision, Wish(menus.who(login), reason, seen))


def roll_back(menus: Menus, version: int, seen: int) -> int:
    return publishing.roll_back(menus.house.db, MENU, version, Wish(menus.who("admin"), "It went wrong.", seen))


# --- drafts ---


def test_without_a_draft_the_text_in_force_is_shown(menus: Menus) -> None:
    draft = menus.draft()
    assert (draft.revision, draft.base, draft.body) == (0, 1, menus.text())


def test_each_save_names_the_revision_it_was_made_from_and_an_overtaken_one_is_refused(menus: Menus) -> None:
    assert menus.save("one") == 1
    assert menus.save("two", 1, "eva") == 2
    with pytest.raises(Conflict, match="Eva Stone has changed this draft"):
        menus.save("mine", 1)
    with pytest.raises(Conflict, match="Eva Stone"):
        menus.save("begun anew", 0)
    assert menus.draft().body == "two"


def test_of_two_who_save_at_once_one_wins_and_the_other_is_told(menus: Menus) -> None:
    for revision in range(4):
        saved = at_once(*[lambda text=text, revision=revision: menus.save(text, revision) for text in ("a", "b", "c")])
        assert saved.count(revision + 1) == 1
        assert sum(isinstance(one, Conflict) for one in saved) == 2


def test_a_discarded_draft_is_gone_and_whoever_still_writes_on_it_is_told(menus: Menus) -> None:
    menus.save("one")
    with menus.house.db.transaction() as session:
        MENUS.discard(session, MENU, 1, menus.who("eva"), clock.now(session))
    assert menus.draft().revision == 0
    with pytest.raises(Conflict, match="published or discarded"):
        menus.save("two", 1)
    assert menus.save("two", 0) == 1


def test_what_cannot_be_kept_is_refused_with_its_reason(menus: Menus) -> None:
    with pytest.raises(TooLarge, match="262144 characters"):
        menus.save("x" * (LARGEST + 1))
    with pytest.raises(BadInput, match="Line 2 holds a NUL"):
        menus.save("flow: x\n\0")
    with menus.house.db.transaction() as session, pytest.raises(NotFound):
        MENUS.draft(session, "no-such-menu")
    assert menus.all(FlowDraft) == []


# --- publishing ---


def test_a_published_draft_is_the_next_version_with_everything_about_it(menus: Menus) -> None:
    menus.save(menus.changed().replace("version: 1", "version: 77", 1))
    assert publish(menus, " A new name. ") == 2
    new, old = menus.versions()
    assert (new.version, new.current, old.version, old.current) == (2, True, 1, False)
    assert (new.by_name, new.origin, new.reason, new.findings, new.restores) == (
        "Ada Wells", "screen", "A new name.", [], None,
    )  # fmt: skip
    assert "version: 2\n" in new.body
    assert "version: 77" not in new.body
    assert len(new.sha256) == 64
    assert new.sha256 != old.sha256
    assert menus.all(FlowDraft) == []
    (deed,) = menus.all(Audit, Audit.subject == f"flow:{MENU}", Audit.action == "published", Audit.version == 2)
    assert deed.body["diff"] == ["- version: 1", "+ version: 2", f"-       en: {OLD} Calls may be recorded.",
                                 f"+       en: {NEW} Calls may be recorded."]  # fmt: skip
    assert [event.ref for event in menus.all(Event, Event.room == f"menu:{MENU}")] == [1, 2]


def test_a_text_with_a_mistake_is_refused_and_stays_a_draft(menus: Menus) -> None:
    menus.save(menus.changed(*MISTAKE))
    with pytest.raises(BadInput, match=r"This menu has mistakes .*nowhere"):
        publish(menus, "I know better.")
    assert [one.version for one in menus.versions()] == [1]
    assert menus.draft().revision == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("flow: main-line", "flow: other-line", "it cannot become 'other-line'"),
        ("version: 1", '"version": 1', "on a line of its own"),
        ("end: solved", "end: closed", "test “"),
    ],
)
def test_the_name_the_version_line_and_the_menus_own_tests_are_checked_too(
    menus: Menus, old: str, new: str, told: str
) -> None:
    menus.save(menus.changed(old, new))
    with pytest.raises(BadInput, match=told):
        publish(menus)


def test_what_cannot_be_proven_is_refused(menus: Menus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_SITUATIONS", 50)
    menus.save(menus.changed())
    with pytest.raises(BadInput, match="There are doubts"):
        publish(menus)
    assert publish(menus, "Proven on the command line.") == 2
    assert "not proven: there are more than 50 situations" in menus.versions()[0].findings[0]


def test_a_doubt_needs_a_reason_which_is_kept_with_it(menus: Menus) -> None:
    menus.save(menus.doubtful())
    with pytest.raises(BadInput, match="write in a sentence why"):
        publish(menus, "   ")
    assert publish(menus, "The line is never full.") == 2
    new = menus.versions()[0]
    assert new.reason == "The line is never full."
    assert new.findings
    assert all("no test" in finding for finding in new.findings)


def test_of_two_publishers_at_once_one_wins_and_the_other_is_told(menus: Menus) -> None:
    menus.save(menus.changed())
    done = at_once(lambda: publish(menus), lambda: publish(menus, login="lin"), lambda: publish(menus))
    assert done.count(2) == 1
    assert sum(isinstance(one, Conflict) for one in done) == 2
    assert [one.current for one in menus.versions()] == [True, False]


def test_nothing_is_published_over_a_version_that_was_not_looked_at(menus: Menus) -> None:
    menus.save(menus.changed())
    publish(menus)
    menus.save(menus.changed(NEW, "Hello again."))
    with pytest.raises(Conflict, match="look at the differences again"):
        publish(menus, seen=1)
    assert menus.draft().revision == 1, "the draft is kept"
    assert publish(menus, seen=2) == 3


def test_a_draft_that_was_changed_since_it_was_looked_at_is_not_published(menus: Menus) -> None:
    menus.save(menus.changed())
    menus.save("something else", 1, "eva")
    with pytest.raises(Conflict, match="Eva Stone has changed"):
        publishing.publish(menus.house.db, MENU, 1, Wish(menus.who("admin"), "", 1))


def test_the_text_in_force_is_not_published_again(menus: Menus) -> None:
    menus.save(menus.text())
    with pytest.raises(Conflict, match="in force already"):
        publish(menus)


@pytest.mark.parametrize(
    "deed",
    [
        update(FlowText).values(body="another"),
        update(FlowText).values(reason="another"),
        update(FlowText).values(version=9),
        delete(FlowText),
    ],
)
def test_the_database_lets_no_published_version_change(menus: Menus, deed: object) -> None:
    with pytest.raises(DBAPIError, match="never changed"), menus.house.db.transaction() as session:
        session.execute(deed)  # type: ignore[call-overload]


# --- the way back ---


def test_rolling_back_publishes_the_old_text_as_a_new_version_and_leaves_the_draft(menus: Menus) -> None:
    menus.save(menus.changed())
    publish(menus)
    menus.save(menus.changed(NEW, "A draft."))
    assert roll_back(menus, 1, 2) == 3
    new = menus.versions()[0]
    assert (new.restores, new.reason, new.current) == (1, "It went wrong.", True)
    assert OLD in new.body
    assert new.body == stamped(menus.versions()[2].body, 3)
    assert "A draft." in menus.draft().body
    assert [deed.action for deed in menus.all(Audit, Audit.subject == f"flow:{MENU}")][-1] == "rolled_back"


def test_nobody_rolls_back_to_what_is_not_there_or_what_is_in_force(menus: Menus) -> None:
    with pytest.raises(NotFound, match="no version 7"):
        roll_back(menus, 7, 1)
    with pytest.raises(Conflict, match="in force already"):
        roll_back(menus, 1, 1)


def test_the_list_names_numbers_and_drafts(menus: Menus) -> None:
    menus.save("one", login="eva")
    with menus.house.db.transaction() as session:
        (listed,) = history.menus(session)
    assert (listed.current.name, listed.numbers, listed.draft_by) == (
        MENU, ("+14155550100", "+14155550199"), "Eva Stone",
    )  # fmt: skip


# --- differences ---


def test_a_difference_shows_what_came_and_went_with_a_little_around() -> None:
    before = "\n".join(f"line {number}" for number in range(1, 21))
    after = before.replace("line 10", "line ten").replace("line 2\n", "")
    found = comparing.compare(before, after)
    assert (found.added, found.removed, len(found.places)) == (1, 2, 2)
    assert [line.text for line in found.places[0] if line.kind is Kind.REMOVED] == ["line 2"]
    assert (found.places[1][0].before, found.places[1][0].after) == (7, 6)
    assert comparing.compare(before, before).places == ()


def test_long_texts_full_of_lines_that_come_again_are_compared_in_no_time() -> None:
    many = "- a\n" * 60_000
    assert comparing.compare(many, f"b\n{many}").added == 1
    menu = "".join(f"  step_{number}:\n    say: {{en: Hello.}}\n    then: queue\n\n" for number in range(700))
    assert comparing.compare(menu, menu.replace("Hello.", "Hi.")).added >= 700
