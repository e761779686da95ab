"""What the pages of phone menus have in common."""

from datetime import datetime
from typing import Any

from flask import g, render_template

from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import rail, user_links


def page(template: str, now: datetime, **shown: Any) -> str:
    return render_template(
        f"admin/{template}.html",
        server_now=now,
        rail=rail(g.who, "menus"),
        user_links=user_links(),
        may_publish=g.who.may(Right.PUBLISH_MENUS),
        **shown,
    )
