"""The fragments of the console's page: each is pulled anew when its rooms say that something changed."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from contactcenter.composition import Parts
from contactcenter.console import case_page
from contactcenter.console.call_bar import bar
from contactcenter.console.customer_card import card
from contactcenter.console.desk import my_work
from contactcenter.console.presence_menu import menu
from contactcenter.console.promises import working
from contactcenter.console.ringing import rings
from contactcenter.console.story import of_case as story_of
from contactcenter.console.suggestions import article as read_article
from contactcenter.console.suggestions import found, shelf
from contactcenter.console.wrap_up_form import form
from contactcenter.console.writing import of_case as writing_of
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.permissions import Right

_TABS = {
    "customer": "console/tab_customer.html",
    "case": "console/tab_case.html",
    "knowledge": "console/tab_knowledge.html",
    "wrap-up": "console/tab_wrap_up.html",
}


def add_mine(door: Door, parts: Parts) -> None:
    """What concerns the person, whichever case is open."""

    @door.route("/work", methods=["GET"], allow=Right.READ_CASES)
    def work() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            mine = my_work(session, g.who, request.args.get("case", type=int), clock.now(session))
        return render_template("console/work.html", work=mine)

    @door.route("/ringing", methods=["GET"], allow=Right.READ_CASES)
    def ringing() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = rings(session, g.who)
        return render_template("console/ringing.html", rings=shown)

    @door.route("/call-bar", methods=["GET"], allow=Right.READ_CASES)
    def call_bar() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = bar(session, g.who)
        return render_template("console/call_bar.html", bar=shown)

    @door.route("/presence", methods=["GET"], allow=Right.READ_CASES)
    def presence() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = menu(session, g.who)
        return render_template("console/presence.html", presence=shown)


def add_of_case(door: Door, parts: Parts) -> None:
    """What concerns one case."""

    @door.route("/cases/<int:case_id>/header", methods=["GET"], allow=Right.READ_CASES)
    def header(case_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            case, _customer = case_page.load(session, case_id)
            head = case_page.head(session, case, clock.now(session))
        return render_template("console/header.html", head=head)

    @door.route("/cases/<int:case_id>/timeline", methods=["GET"], allow=Right.READ_CASES)
    def timeline(case_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            case, customer = case_page.load(session, case_id)
            story = story_of(session, case, customer.name)
        return render_template("console/timeline.html", story=story)

    @door.route("/cases/<int:case_id>/composer", methods=["GET"], allow=Right.READ_CASES)
    def composer(case_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            case, customer = case_page.load(session, case_id)
            writing = writing_of(session, case, customer, g.who)
        return render_template("console/composer.html", writing=writing)

    @door.route("/clocks/<int:clock_id>/working", methods=["GET"], allow=Right.READ_CASES)
    def explain(clock_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = working(session, clock_id, clock.now(session))
        return render_template("console/working.html", working=shown)


def add_context(door: Door, parts: Parts) -> None:
    """The tabs beside a case."""

    @door.route("/cases/<int:case_id>/context", methods=["GET"], allow=Right.READ_CASES)
    def context(case_id: int) -> ResponseReturnValue:
        tab = request.args.get("tab", "customer")
        if tab not in _TABS:
            raise NotFound("There is no such tab.")
        with parts.db.transaction() as session:
            shown = _tab(session, case_id, tab)
        return render_template(_TABS[tab], shown=shown)


def _tab(session: Session, case_id: int, tab: str) -> object:
    case, customer = case_page.load(session, case_id)
    match tab:
        case "customer":
            return card(session, case, customer)
        case "case":
            return case_page.details(session, case, clock.now(session))
        case "knowledge":
            return shelf(session, case)
        case _:
            return form(session, case, g.who)


def add_knowledge(door: Door, parts: Parts) -> None:
    """What the knowledge base has for a case."""

    @door.route("/cases/<int:case_id>/suggestions", methods=["GET"], allow=Right.READ_CASES)
    def suggestions(case_id: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            case, _customer = case_page.load(session, case_id)
            shown = shelf(session, case)
        return render_template("console/suggested.html", shelf=shown)

    @door.route("/cases/<int:case_id>/search", methods=["GET"], allow=Right.READ_CASES)
    def search(case_id: int) -> ResponseReturnValue:
        words = request.args.get("q", "")
        with parts.db.transaction() as session:
            case, _customer = case_page.load(session, case_id)
            articles = found(session, case, words)
        return render_template("console/found.html", articles=articles, words=words.strip())

    @door.route("/articles/<article_id>", methods=["GET"], allow=Right.READ_CASES)
    def article(article_id: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = read_article(session, article_id, request.args.get("language", g.language))
        return render_template("console/article.html", article=shown)
