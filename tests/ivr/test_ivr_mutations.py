"""Every kind of mistake, made at every place of three flows where it makes sense, is found by the rule that is meant to."""

from collections import Counter
from collections.abc import Iterator

import ivr_mutants_parts
import ivr_mutants_paths
import ivr_mutants_promises
import ivr_mutants_words
import ivr_mutants_writing
import pytest
import yaml
from ivr_mutants import FAST_READER, FILES, Mistake, Sample, new_findings, sample, written

import ivr

MISTAKES = {
    mistake.name: mistake
    for mistakes in (ivr_mutants_paths, ivr_mutants_words, ivr_mutants_writing, ivr_mutants_promises)
    for mistake in mistakes.MISTAKES
}
SAMPLES = [sample(path) for path in FILES]


@pytest.fixture(scope="module", autouse=True)
def fast_reader() -> Iterator[None]:
    """Mutants are read by libyaml, which tells the same events in a tenth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "SafeLoader", FAST_READER)
        yield


@pytest.mark.parametrize("flow", SAMPLES, ids=lambda one: one.flow.name)
def test_a_flow_that_nobody_has_spoilt_gives_no_finding(flow: Sample):
    assert new_findings(flow.text) == []
    assert new_findings(flow.doc) == []
    assert ivr.parse(written(flow.doc), "again").steps.keys() == flow.flow.steps.keys()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_wherever_it_is_made(name: str):
    mistake = MISTAKES[name]
    found = [findings for flow in SAMPLES for findings in made(mistake, flow)]
    assert found, "this mistake was made nowhere"
    missed = [findings for findings in found if not mistake.rules & {finding.rule for finding in findings}]
    assert missed == [], f"{len(missed)} of {len(found)} missed"


def made(mistake: Mistake, flow: Sample) -> Iterator[list[ivr.Finding]]:
    for mutant in mistake.make(flow):
        assert mutant != flow.doc, "nothing was spoilt"
        assert mutant != flow.text, "nothing was spoilt"
        yield new_findings(mutant)


@pytest.mark.parametrize("flow", SAMPLES, ids=lambda one: one.flow.name)
def test_a_mistake_about_a_part_is_found_wherever_a_step_is_moved_into_one(flow: Sample):
    moved = list(ivr_mutants_parts.moved(flow))
    assert [ivr_mutants_parts.findings(whole, part) for _, whole, part in moved] == [[]] * len(moved)
    made = [(what, rules, ivr_mutants_parts.findings(*docs)) for what, rules, *docs in ivr_mutants_parts.spoilt(flow)]
    missed = [what for what, rules, found in made if not rules & {finding.rule for finding in found}]
    assert made, "there is no step to move"
    assert missed == [], f"{len(missed)} of {len(made)} missed"


def test_there_are_many_kinds_of_mistakes():
    assert len(MISTAKES) >= 40


if __name__ == "__main__":
    # what finds what: python tests/ivr/test_ivr_mutations.py
    yaml.SafeLoader = FAST_READER
    for name, mistake in MISTAKES.items():
        found = [findings for flow in SAMPLES for findings in made(mistake, flow)]
        rules = Counter(rule for findings in found for rule in sorted({one.rule for one in findings} or {"none"}))
        print(f"{len(found):4} {name}: {', '.join(f'{rule} {count}' for rule, count in rules.most_common())}")
