"""A queue can be narrowed by every reason for which files wait."""

from __future__ import annotations

import pytest

from classify.proposals import DoubtCode
from pipeline.describe import DOUBTFUL
from records.reason_names import GROUP_WORDS, GROUPS, SHORT
from records.reasons import WORDS

CODES = [code for codes in GROUPS.values() for code in codes]


def test_every_name_is_of_a_reason_that_there_is_and_stands_in_one_group() -> None:
    assert set(CODES) <= set(WORDS)
    assert len(CODES) == len(set(CODES))
    assert set(CODES) == set(SHORT)
    assert set(GROUPS) == set(GROUP_WORDS)


@pytest.mark.parametrize("code", sorted({*map(str, DoubtCode), *DOUBTFUL}))
def test_what_sends_a_file_to_a_person_can_be_asked_for(code: str) -> None:
    assert code in CODES
