"""The pages of phone menus: who may do what, what comes back, and text that wants to do harm."""

import re
import sys
from pathlib import Path

import pytest
from house import BASE, Browser, House
from sqlalchemy import event

sys.path.append(str(Path(__file__).parents[1] / "voice"))

from menus_world import MENU, MISTAKE, NEW, OLD, Menus, send

from contactcenter import sockets
from contactcenter.models import FlowDraft, FlowTrial

FEW = 15
PAGES = ("", f"/{MENU}", f"/{MENU}/standing", f"/{MENU}/versions", f"/{MENU}/discard", f"/{MENU}/picture/en.svg")
FOR_PUBLISHERS = (f"/{MENU}/publish", f"/{MENU}/versions/1/roll-back")


@pytest.fixture
def menus(house: House) -> Menus:
    return Menus(house)


@pytest.fixture
def ada(menus: Menus) -> Browser:
    return menus.browser("admin")


@pytest.fixture
def eva(menus: Menus) -> Browser:
    return menus.browser("eva")


def publish(browser: Browser, revision: int, seen: int, reason: str = "") -> tuple[int, str]:
    answer = browser.post(f"/admin/menus/{MENU}/publish", revision=revision, seen=seen, reason=reason)
    return answer.status_code, answer.text


# --- rights ---


def test_an_agent_sees_nothing_a_supervisor_edits_and_tries_an_administrator_publishes(
    menus: Menus, ada: Browser, eva: Browser
) -> None:
    ana = menus.browser("ana")
    send(eva, "draft?revision=0", menus.changed())
    for page in PAGES:
        assert ana.get(f"/admin/menus{page}").status_code == 403, page
        assert eva.get(f"/admin/menus{page}").status_code == 200, page
    for page in FOR_PUBLISHERS:
        assert eva.get(f"/admin/menus{page}").status_code == 403, page
        assert ada.get(f"/admin/menus{page}").status_code == 200, page
    assert ana.get(f"/phone/trial/{MENU}").status_code == 403
    assert eva.get(f"/phone/trial/{MENU}").status_code == 200
    assert publish(eva, 1, 1)[0] == 403
    assert eva.post(f"/admin/menus/{MENU}/versions/1/roll-back", seen=1).status_code == 403
    assert "Publish…" not in eva.get(f"/admin/menus/{MENU}").text
    assert publish(ada, 1, 1)[0] == 204
    heard = [sockets.may_hear(menus.who(login), f"menu:{MENU}") for login in ("ana", "eva", "admin")]
    assert heard == [False, True, True]


@pytest.mark.parametrize("path", ["draft?revision=0", "findings"])
def test_a_text_without_the_pages_token_is_refused(menus: Menus, eva: Browser, path: str) -> None:
    assert send(eva, path, "text", token="forged").status_code == 400
    assert menus.all(FlowDraft) == []


def test_whoever_is_signed_out_is_told_so_and_nothing_is_kept(menus: Menus) -> None:
    stranger = menus.house.browser()
    assert send(stranger, "draft?revision=0", "text").status_code == 401
    assert menus.all(FlowDraft) == []


# --- pages ---


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("page", [*PAGES, *FOR_PUBLISHERS])
def test_every_page_speaks_every_language_in_few_statements(
    menus: Menus, ada: Browser, page: str, language: str
) -> None:
    menus.save(menus.changed())
    ada.get(f"/admin/menus{page}?lang={language}")
    seen: list[str] = []
    event.listen(menus.house.db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    assert ada.get(f"/admin/menus{page}").status_code == 200
    assert len(seen) < FEW


def test_findings_name_their_line_and_lead_to_it(menus: Menus, eva: Browser) -> None:
    text = menus.changed(*MISTAKE)
    found = send(eva, "findings", text).text
    line = text[: text.index("greet:\n")].count("\n") + 2
    assert f'data-line="{line}" data-kind="error"' in found
    assert "nowhere" in found
    assert "Nothing found." in send(eva, "findings", menus.text()).text
    assert menus.all(FlowDraft) == []


def test_a_draft_comes_back_as_it_was_saved_with_line_ends_of_files(eva: Browser) -> None:
    text = "\nflow: x\r\n  <b>\t&amp;</b>\rzh: 你好 😀\n\n"
    assert send(eva, "draft?revision=0", text).get_json() == {"revision": 1}
    kept = eva.get(f"/admin/menus/{MENU}/draft").get_json()
    assert kept == {"body": "\nflow: x\n  <b>\t&amp;</b>\nzh: 你好 😀\n\n", "revision": 1, "by": "Eva Stone"}


def test_an_overtaken_save_is_a_409_with_a_sentence(menus: Menus, ada: Browser, eva: Browser) -> None:
    send(eva, "draft?revision=0", "hers")
    answer = send(ada, "draft?revision=0", "mine")
    assert answer.status_code == 409
    assert answer.get_json()["detail"] == "Eva Stone has changed this draft in the meantime."
    assert menus.draft().body == "hers"


def test_publishing_goes_back_to_the_page_and_is_in_the_history_and_can_be_rolled_back(
    menus: Menus, ada: Browser
) -> None:
    send(ada, "draft?revision=0", menus.changed())
    asked = ada.get(f"/admin/menus/{MENU}/publish").text
    assert "Proven over all" in asked
    assert OLD in asked
    assert NEW in asked
    done = ada.post(f"/admin/menus/{MENU}/publish", revision=1, seen=1, reason="<b>New</b> name")
    assert done.headers["HX-Redirect"] == f"/admin/menus/{MENU}?published=2"
    told = ada.get(f"/admin/menus/{MENU}/versions").text
    assert "&lt;b&gt;New&lt;/b&gt; name" in told
    assert "Ada Wells" in told
    back = ada.post(f"/admin/menus/{MENU}/versions/1/roll-back", seen=2, reason="")
    assert back.headers["HX-Redirect"] == f"/admin/menus/{MENU}/versions"
    assert OLD in menus.text()
    assert ada.post(f"/admin/menus/{MENU}/versions/1/roll-back", seen=2).status_code == 409


def test_a_mistake_offers_no_publishing_and_is_refused_if_asked_for_nevertheless(menus: Menus, ada: Browser) -> None:
    send(ada, "draft?revision=0", menus.changed(*MISTAKE))
    asked = ada.get(f"/admin/menus/{MENU}/publish").text
    assert "cannot be published" in asked
    assert "Publish now" not in asked
    status, told = publish(ada, 1, 1, "I insist.")
    assert status == 422
    assert "This menu has mistakes" in told


def test_a_doubt_without_a_reason_is_refused(menus: Menus, ada: Browser) -> None:
    send(ada, "draft?revision=0", menus.doubtful())
    assert 'name="reason" maxlength="500" required' in ada.get(f"/admin/menus/{MENU}/publish").text
    assert publish(ada, 1, 1)[0] == 422
    assert publish(ada, 1, 1, "x" * 501)[0] == 422
    assert publish(ada, 1, 1, "It is seldom full.")[0] == 204


def test_a_picture_is_drawn_of_what_can_be_read_in_a_language_of_the_menu(menus: Menus, eva: Browser) -> None:
    drawn = eva.get(f"/admin/menus/{MENU}/picture/zh-Hant.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert "default-src 'none'" in drawn.headers["Content-Security-Policy"]
    assert eva.get(f"/admin/menus/{MENU}/picture/fr.svg").status_code == 404
    menus.save("flow: [")
    assert eva.get(f"/admin/menus/{MENU}/picture/en.svg").status_code == 422
    assert eva.get(f"/phone/trial/{MENU}").status_code == 422


def test_a_menu_that_is_not_there_is_not_found(eva: Browser) -> None:
    for page in ("", "/versions", "/draft", "/picture/en.svg"):
        assert eva.get(f"/admin/menus/no-such-menu{page}").status_code == 404, page


# --- hostile text ---

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "a bomb of aliases": BOMB,
    "deep nesting": "[" * 50_000,
    "deep mappings": "".join(f"{' ' * depth}a:\n" for depth in range(400)),
    "control characters": "flow: \x01\x07\x1b[31m\u202e\u2028\n",
    "tags": "flow: !!python/object/apply:os.system ['true']\n",
    "many documents": "---\n" * 5000,
    "markup": "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>\n",
    "nothing": "",
    "not utf-8": b"\xff\xfe\x00\x80".replace(b"\x00", b""),
    "many lines": "- a\n" * 60_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_a_draft_with_findings_and_never_more(menus: Menus, eva: Browser, text: str | bytes) -> None:
    found = send(eva, "findings", text)
    assert found.status_code == 200
    assert 'data-kind="error"' in found.text
    assert send(eva, "draft?revision=0", text).status_code == 200
    page = eva.get(f"/admin/menus/{MENU}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert page.text.count("</textarea>") == 1
    assert menus.browser("admin").get(f"/admin/menus/{MENU}/publish").status_code == 200


def test_a_text_of_two_megabytes_or_with_a_nul_is_refused_and_the_draft_stays(menus: Menus, eva: Browser) -> None:
    send(eva, "draft?revision=0", "kept")
    for text, status in (("x" * (2 * 1024 * 1024 + 1), 413), ("x" * 300_000, 413), ("a\0b", 422)):
        answer = send(eva, "draft?revision=1", text)
        assert answer.status_code == status
        assert answer.get_json()["detail"]
    assert menus.draft().body == "kept"
    assert send(eva, "findings", "x" * 300_000).status_code == 200
    assert "character U+0000" in send(eva, "findings", "a\0b").text


def test_names_in_addresses_do_no_harm(eva: Browser) -> None:
    for name in ("..%2F..%2Fetc", "%00", "x" * 3000, "<script>"):
        assert eva.client.get(f"/admin/menus/{name}", base_url=BASE).status_code == 404


def test_a_trial_needs_the_simulator_and_says_when_it_is_away(menus: Menus, eva: Browser) -> None:
    answer = eva.post(f"/phone/trial/{MENU}/calls", **{"from": "+14155550142", "to": "+14155550100", "line": "full"})
    assert answer.status_code == 503
    (trial,) = menus.all(FlowTrial)
    assert trial.pretended == {"hours": "open", "hooks": {}, "line": "full"}
    assert re.fullmatch(r"[\w-]{32}", trial.token)
