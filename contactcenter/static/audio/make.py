"""Maintainer's script: makes hold.wav, the music that a waiting caller hears. Every run writes the same bytes.

Twenty seconds of slow chords under a sparse melody, for a telephone's narrow ear: 8 kHz, one channel, nothing below
140 Hz. It is played in a loop, so every sound that outlasts the end goes on at the beginning.

Run it after changing the tune: `python contactcenter/static/audio/make.py`.
"""

import math
import wave
from array import array
from pathlib import Path

RATE = 8000
SECONDS = 20
LOUDEST = 0.35
FILE = Path(__file__).with_name("hold.wav")

# Notes are counted in semitones from the A of 220 Hz. Four chords of five seconds each.
CHORDS = ((-4, 3, 8, 12), (-7, 0, 5, 12), (-2, 3, 7, 10), (1, 5, 8, 13))
MELODY = ((0.0, 20), (1.25, 15), (2.5, 17), (5.0, 17), (6.25, 12), (7.5, 15), (10.0, 15), (11.25, 10), (12.5, 12),
          (15.0, 13), (16.25, 17), (17.5, 20))  # fmt: skip
PARTIALS = ((1, 1.0), (2, 0.28), (3, 0.08))
SWELL = (1.6, 2.4, 2.2)
"""Seconds of rising, staying and fading."""
PLUCK = (0.03, 0.05, 2.2)


def main() -> None:
    samples = normalised(tune())
    with wave.open(str(FILE), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", samples).tobytes())


def tune() -> list[float]:
    """The whole loop; each sound is added onto a circle."""
    circle = [0.0] * (RATE * SECONDS)
    for number, chord in enumerate(CHORDS):
        for semitone in chord:
            add_sound(circle, number * 5.0, semitone, SWELL, 0.11)
    for start, semitone in MELODY:
        add_sound(circle, start, semitone, PLUCK, 0.2)
    return circle


def add_sound(circle: list[float], start: float, semitone: int, shape: tuple[float, ...], level: float) -> None:
    attack, hold, fade = shape
    pitch = 220.0 * 2 ** (semitone / 12)
    first = round(start * RATE)
    for step in range(round((attack + hold + fade) * RATE)):
        at = step / RATE
        volume = level * loudness(at, attack, hold, fade)
        wave_now = sum(part * math.sin(math.tau * pitch * times * at) for times, part in PARTIALS)
        circle[(first + step) % len(circle)] += volume * wave_now


def loudness(at: float, attack: float, hold: float, fade: float) -> float:
    """Rises and falls along a cosine, so that nothing clicks."""
    if at < attack:
        return 0.5 - 0.5 * math.cos(math.pi * at / attack)
    if at < attack + hold:
        return 1.0
    return 0.5 + 0.5 * math.cos(math.pi * (at - attack - hold) / fade)


def normalised(circle: list[float]) -> list[int]:
    loudest = max(abs(value) for value in circle)
    return [round(value / loudest * LOUDEST * 32767) for value in circle]


if __name__ == "__main__":
    main()
