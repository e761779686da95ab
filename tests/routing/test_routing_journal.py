"""What the engine was told can be written down, and told again: with the same decisions."""

import json

import pytest
from hypothesis import given, settings
from routing_oracle import Oracle
from routing_stream import Stream, configs, moves

from routing import Engine
from routing.journal import decode, decode_config, encode, encode_config


def through_text(plain):
    return json.loads(json.dumps(plain))


@settings(max_examples=60, deadline=None)
@given(configs(), moves)
def test_every_event_and_configuration_comes_back_as_it_was(config, moves):
    assert decode_config(through_text(encode_config(config))) == config
    oracle = Oracle(config)
    stream = Stream(oracle)
    for move in moves:
        event = stream.event(move)
        assert decode(through_text(encode(event))) == event
        oracle.apply(event)


@settings(max_examples=30, deadline=None)
@given(configs(), moves)
def test_a_log_that_begins_in_the_middle_with_a_dump_is_decided_alike(config, moves):
    engine, oracle = Engine(config), Oracle(config)
    stream = Stream(oracle)
    half = len(moves) // 2
    for move in moves[:half]:
        event = stream.event(move)
        oracle.apply(event)
        engine.apply(event)
    again = Engine.load(decode_config(through_text(encode_config(oracle.config))), through_text(engine.dump()))
    for move in moves[half:]:
        event = stream.event(move)
        oracle.apply(event)
        assert again.apply(decode(through_text(encode(event)))) == engine.apply(event)
    assert again.digest() == engine.digest()


def test_an_event_of_another_version_is_refused_by_name():
    with pytest.raises(ValueError, match="no event 'WorkTeleported'"):
        decode({"event": "WorkTeleported", "now": 1})
