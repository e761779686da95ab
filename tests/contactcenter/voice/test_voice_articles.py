"""The menu reads from the knowledge base, in the caller's language, and hears words as well as keys."""

from house import NUMBER, House
from voice_world import Provider

from contactcenter.channels.voice.articles import shortened
from contactcenter.models import Interaction


def said(call) -> str:
    return " ".join(text for _, text in call.heard)


def to_main_menu(house: House, language: str = "1"):
    call = house.sim.dial_in("+14155550123", NUMBER)
    house.pass_time(5)
    house.sim.press(call, language)
    house.pass_time(6)
    return call


def test_an_article_is_read_and_solves_the_call_only_if_the_caller_says_so(house: House, provider: Provider) -> None:
    call = to_main_menu(house)
    house.sim.press(call, "4")
    for _ in range(60):
        if "answers your question" in said(call):
            break
        house.pass_time(1)
    assert "Opening hours and public holidays" in said(call)
    assert "every day from 09:00 to 21:00" in said(call)
    assert "**" not in said(call)
    house.sim.press(call, "1")
    house.pass_time(8)
    assert call.over
    assert provider.one(Interaction).outcome == "solved"


def test_an_article_is_read_in_the_callers_own_language(house: House) -> None:
    call = to_main_menu(house, "3")
    house.sim.press(call, "4")
    house.pass_time(40)
    assert "客服時間與假日安排" in said(call)
    assert "Opening hours" not in said(call)


def test_only_whole_sentences_are_read_and_no_more_than_there_is_time_for() -> None:
    text = "One sentence here. Another sentence there! 第三句話。\n" + "word " * 400 + "."
    assert shortened(text, 30) == "One sentence here. Another sentence there! 第三句話。"
    assert shortened("word " * 400, 5) == ("word " * 400).strip(), "the first sentence is said in any case"
    assert shortened("", 5) == ""


def test_what_is_said_counts_where_the_menu_listens(provider: Provider) -> None:
    sid = provider.sid()
    document = provider.press(provider.ring(sid).get_data(as_text=True), sid, "1").get_data(as_text=True)
    assert 'input="dtmf"' in document
    spoken = provider.speak(document, sid, "billing please").get_data(as_text=True)
    assert "/main_menu/" in spoken, "a menu without words counts them as a wrong answer and asks again"
    assert "Please choose one of these." in spoken
