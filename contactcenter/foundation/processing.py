"""How a long-running process treats Python's garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def spare_the_collector() -> None:
    """What was loaded at start stays for ever: the collector need not look at it again, nor for every 700 new objects.

    A full look at it took up to 100 ms, in the middle of a request. Call it once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@contextmanager
def made_to_stay() -> Iterator[None]:
    """What comes into being in this block stays: the collector rests meanwhile, and does not look at it afterwards.

    With a hundred thousand pieces of work in memory one full look takes a second, and making them provokes many. What is
    given up is freed by its last reference going; only rings of references would stay, and such memory has none.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
