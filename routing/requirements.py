"""What work asks of an agent: skills with least levels, and the steps that widen the request while it waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

LOWEST, HIGHEST = 1, 10


@dataclass(frozen=True)
class Requirement:
    """Every skill of `all_of`, and at least one of `any_of` if it names any, each at its level or above."""

    all_of: tuple[tuple[str, int], ...] = ()
    any_of: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        for skill, level in (*self.all_of, *self.any_of):
            if not LOWEST <= level <= HIGHEST:
                raise ValueError(f"Skill {skill!r} asks for level {level}; levels run from {LOWEST} to {HIGHEST}.")
        # One spelling per meaning, so that equal requests share one class: hardest level of all, easiest of any.
        object.__setattr__(self, "all_of", tuple(sorted(dict(sorted(self.all_of)).items())))
        object.__setattr__(self, "any_of", tuple(sorted(dict(sorted(self.any_of, reverse=True)).items())))

    @classmethod
    def of(cls, all_of: Mapping[str, int] | None = None, any_of: Mapping[str, int] | None = None) -> Self:
        return cls(tuple((all_of or {}).items()), tuple((any_of or {}).items()))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.all_of, self.any_of))

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Every skill it mentions, once, in order."""
        return tuple(sorted({skill for skill, _ in (*self.all_of, *self.any_of)}))

    @cached_property
    def spelled(self) -> dict[str, dict[str, int]]:
        """As plain JSON. Not to be changed: everything that tells of this requirement shares it."""
        return {"all_of": dict(self.all_of), "any_of": dict(self.any_of)}

    def met_by(self, skills: Mapping[str, int]) -> bool:
        if any(skills.get(skill, 0) < level for skill, level in self.all_of):
            return False
        return not self.any_of or any(skills.get(skill, 0) >= level for skill, level in self.any_of)

    def proficiency(self, skills: Mapping[str, int]) -> int:
        """The sum of the agent's levels in the skills this requirement names."""
        return sum(skills.get(skill, 0) for skill in self.named)

    def admits(self, narrower: "Requirement") -> bool:
        """Whether everyone who meets `narrower` meets this too."""
        certain = dict(narrower.all_of)
        if len(narrower.any_of) == 1:
            skill, level = narrower.any_of[0]
            certain[skill] = max(level, certain.get(skill, 0))
        if any(certain.get(skill, 0) < level for skill, level in self.all_of):
            return False
        if not self.any_of or any(certain.get(skill, 0) >= level for skill, level in self.any_of):
            return True
        mine = dict(self.any_of)
        return bool(narrower.any_of) and all(mine.get(s, HIGHEST + 1) <= level for s, level in narrower.any_of)


ANYONE = Requirement()
"""Any agent who serves the queue."""


@dataclass(frozen=True, slots=True)
class Step:
    """From `after` microseconds of waiting on, this requirement is enough."""

    after: int
    requirement: Requirement = ANYONE


def narrowing_steps(requirement: Requirement, steps: tuple[Step, ...]) -> list[Step]:
    """The steps that do not widen what was in force before them: the engine skips these, a configuration should not have any."""
    refused = []
    current = requirement
    for step in sorted(steps, key=lambda step: step.after):
        if step.requirement.admits(current):
            current = step.requirement
        else:
            refused.append(step)
    return refused
