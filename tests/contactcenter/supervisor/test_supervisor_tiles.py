"""Tiles say who waits, how long, and what is wrong."""

from contactcenter.supervisor import floor, queue_tiles


def tiles(world, queue=None):
    noon = f"Etc/GMT{world.now().hour - 12:+d}"  # where it is about noon: yesterday is another day
    with world.db.transaction() as session:
        shown = queue_tiles.tiles(session, floor.look(session, noon, queue))
    return {tile.line.titles["en"]: tile for tile in shown.tiles}, shown


def test_everything_that_waits_is_counted_by_channel_ringing_included(world):
    queue = world.queue("orders")
    ana = world.agent("Ana", queue)
    world.waiting(queue, channel="voice", ago=9)
    world.waiting(queue, channel="voice", ago=14)
    world.waiting(queue, channel="email", ago=4000)
    world.ring(world.waiting(queue, channel="chat", ago=3), ana)
    tile = tiles(world)[0]["Orders"]
    assert tile.waiting == 4
    assert {waits.channel: waits.count for waits in tile.channels} == {"voice": 2, "email": 1, "chat": 1}
    longest = {waits.channel: round((world.now() - waits.since).total_seconds()) for waits in tile.channels}
    assert 14 <= longest["voice"] < 20
    assert longest["email"] >= 4000


def test_the_longest_wait_is_of_those_on_the_line_and_of_mail_only_when_nobody_is(world):
    queue, quiet = world.queue("orders"), world.queue("general")
    world.waiting(queue, channel="email", ago=4000)
    world.waiting(queue, channel="chat", ago=7)
    world.waiting(quiet, channel="email", ago=4000)
    shown, _ = tiles(world)
    assert (world.now() - shown["Orders"].longest_since).total_seconds() < 60
    assert (world.now() - shown["General"].longest_since).total_seconds() >= 4000


def test_a_tile_turns_as_the_wait_passes_its_target(world):
    names = {"calm": 5, "late": 25, "awful": 60}
    for name, ago in names.items():
        queue = world.queue(name, target=20)
        world.agent(f"Agent {name}", queue)
        world.waiting(queue, ago=ago)
    shown, whole = tiles(world)
    assert {name: (tile.tone, tile.alert, tile.hot) for name, tile in shown.items()} == {
        "Calm": ("", "", ""),
        "Late": ("warn", "over_target", "longest"),
        "Awful": ("bad", "too_long", "longest"),
    }
    assert whole.restless


def test_somebody_on_the_line_with_nobody_here_is_the_worst(world):
    queue = world.queue("orders")
    world.agent("Ana", queue, here=False)
    world.waiting(queue, ago=1)
    tile = tiles(world)[0]["Orders"]
    assert (tile.alert, tile.hot, tile.staffed) == ("nobody", "available", 0)


def test_a_day_below_target_is_told_while_nobody_waits(world):
    queue = world.queue("orders")
    world.agent("Ana", queue)
    world.leave(world.waiting(queue, ago=30), after=29)
    tile = tiles(world)[0]["Orders"]
    assert (tile.alert, tile.level.share) == ("below_level", 0)


def test_mail_alone_alarms_nobody(world):
    queue = world.queue("orders")
    world.waiting(queue, channel="email", ago=90_000)
    assert tiles(world)[0]["Orders"].alert == ""


def test_staffed_are_all_who_are_here_and_available_those_with_room(world):
    queue = world.queue("orders")
    world.agent("Free", queue)
    world.agent("Eating", queue, chosen="aux", ready=False)
    world.agent("Gone", queue, here=False)
    world.give(world.waiting(queue), world.agent("Talking", queue))
    world.agent("Elsewhere", world.queue("general"))
    tile = tiles(world)[0]["Orders"]
    assert (tile.staffed, tile.available) == (3, 1)


def test_a_page_watches_its_queues_and_agents_where_they_stood(world):
    queue, other = world.queue("orders"), world.queue("general")
    ana, ken = world.agent("Ana", queue), world.agent("Ken", other)
    world.waiting(queue)
    _, whole = tiles(world)
    watched = dict(zip(whole.live.rooms.split(), map(int, whole.live.seqs.split()), strict=True))
    assert set(watched) == {f"queue:{queue}", f"queue:{other}", f"agent:{ana}", f"agent:{ken}"}
    assert watched[f"queue:{queue}"] > 0
    assert watched[f"queue:{other}"] == 0
    _, one = tiles(world, queue)
    assert set(one.live.rooms.split()) == {f"queue:{queue}", f"agent:{ana}"}


def test_a_page_never_asks_for_more_rooms_than_it_may(world):
    queue = world.queue("orders")
    for number in range(105):
        world.agent(f"Agent {number}", queue)
    _, whole = tiles(world)
    assert len(whole.live.rooms.split()) == 100
    assert whole.live.unheard == 6
    assert whole.live.rooms.startswith(f"queue:{queue} ")
