"""What an agent of the floor reads off the console is what the console says: read from the real pages of a real house."""

from datetime import timedelta

from contactcenter.floor import desk_pages
from contactcenter.models.states import Channel


def chat(house, name="Guest", text="Hello?"):
    answer = house.browser().client.post(
        "/widget/open",
        base_url="http://desk.test",
        json={"name": name, "email": "guest@example.com", "topic": "general", "client_id": "1", "text": text},
        headers={"Authorization": "Bearer " + "t" * 40},
    )
    assert answer.status_code == 201


def page(agent, path):
    return agent.get(path, **{"HX-Request": "true"}).get_data(as_text=True)


def test_a_chat_is_read_from_ring_to_wrap_up(house):
    agent = house.agent("ana")
    assert desk_pages.agent_id(agent.get("/console").get_data(as_text=True)) == house.user_id("ana")
    chat(house)
    house.settle()
    (ring,) = desk_pages.rings(page(agent, "/console/ringing"))
    assert (ring.channel, ring.address, ring.language) == (Channel.CHAT, "guest@example.com", "en")
    answer = agent.post(f"/console/offers/{ring.offer_id}/accept")
    case = desk_pages.opened_case(answer.headers["HX-Location"])
    (row,) = desk_pages.rows(page(agent, "/console/work"))
    assert (row.case_id, row.group, row.channel) == (case, "active", Channel.CHAT)
    agent.post(f"/console/items/{row.item_id}/finish")
    (row,) = desk_pages.rows(page(agent, "/console/work"))
    assert row.group == "wrap-up"
    form = page(agent, f"/console/cases/{case}/context?tab=wrap-up")
    assert "solved" in desk_pages.dispositions(form)
    assert "resolved" in desk_pages.statuses(form)


def test_a_call_is_read_off_the_call_bar(house):
    agent = house.agent("ana")
    assert desk_pages.bar(page(agent, "/console/call-bar")) is None
    call = house.sim.dial_in("+14155550142", "+14155550100")
    for keys in ("1", "0"):
        house.pass_time(8)
        house.sim.press(call, keys)
    house.settle()
    (ring,) = desk_pages.rings(page(agent, "/console/ringing"))
    assert (ring.channel, ring.address) == (Channel.VOICE, "+14155550142")
    agent.post(f"/console/offers/{ring.offer_id}/accept")
    assert desk_pages.bar(page(agent, "/console/call-bar")).phase == "dialing"
    house.settle(20)
    bar = desk_pages.bar(page(agent, "/console/call-bar"))
    assert bar.phase == "connected"
    assert bar.hang_up.endswith("/hang-up")


def test_an_agent_who_missed_an_offer_reads_that_they_are_held_back(house):
    agent = house.agent("ana")
    assert not desk_pages.is_held_back(page(agent, "/console/presence"))
    chat(house)
    house.settle()
    house.parts.clock.ahead += timedelta(seconds=25)
    house.settle()
    assert desk_pages.is_held_back(page(agent, "/console/presence"))


def test_nonsense_is_no_case():
    assert desk_pages.opened_case("") is None
    assert desk_pages.opened_case('{"path": "/console"}') is None
