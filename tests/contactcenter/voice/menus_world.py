"""The sample company's phone menu and the people who change it, for tests of drafts, publishing and trials."""

from dataclasses import dataclass
from typing import Any

from house import BASE, Browser, House
from sqlalchemy import select
from werkzeug.test import TestResponse

from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.foundation import clock
from contactcenter.foundation.permissions import Who
from contactcenter.foundation.shelves import Draft
from contactcenter.models import FlowText, User
from contactcenter.models.states import Role

MENU = "main-line"
OLD, NEW = "Welcome to Yunfan Store.", "Welcome to the new Yunfan Store."
MISTAKE = ("then: who_is_calling", "then: nowhere")


@dataclass
class Menus:
    house: House

    def who(self, login: str) -> Who:
        with self.house.db.transaction() as session:
            user = session.scalars(select(User).where(User.login == login)).one()
        return Who(user.id, user.login, user.name, Role(user.role), user.language, user.zone)

    def text(self) -> str:
        """The text in force."""
        with self.house.db.transaction() as session:
            return MENUS.current(session, MENU).body

    def changed(self, old: str = OLD, new: str = NEW) -> str:
        text = self.text()
        assert old in text
        return text.replace(old, new, 1)

    def doubtful(self) -> str:
        """A text without one of its own calls, so that something is tried by none."""
        return self.text().rpartition("\n- name: ")[0] + "\n"

    def save(self, body: str, revision: int = 0, login: str = "admin") -> int:
        who = self.who(login)
        with self.house.db.transaction() as session:
            return MENUS.save(session, MENU, body, revision, who, clock.now(session))

    def draft(self) -> Draft:
        with self.house.db.transaction() as session:
            return MENUS.draft(session, MENU)

    def versions(self) -> list[FlowText]:
        with self.house.db.transaction() as session:
            return list(MENUS.versions(session, MENU))

    def all(self, model: Any, *where: Any) -> list[Any]:
        with self.house.db.transaction() as session:
            return list(session.scalars(select(model).where(*where)))

    def browser(self, login: str) -> Browser:
        browser = self.house.browser()
        browser.sign_in(login)
        return browser


def send(browser: Browser, path: str, text: str | bytes, token: str | None = None) -> TestResponse:
    """A text as the editor sends it."""
    body = text.encode() if isinstance(text, str) else text
    headers = {"X-CSRFToken": browser.csrf() if token is None else token}
    url = f"/admin/menus/{MENU}/{path}"
    return browser.client.post(url, base_url=BASE, data=body, headers=headers, content_type="text/plain; charset=utf-8")
