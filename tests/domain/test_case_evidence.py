"""Which pictures “solved” owes, by category."""

import pytest

from portal.domain.case_evidence import Evidence, check_evidence, default_evidence
from portal.domain.errors import DomainError


@pytest.mark.parametrize(
    ("wanted", "before", "after", "reason", "field"),
    [
        (Evidence.NONE, False, False, "", None),
        (Evidence.AFTER, False, True, "", None),
        (Evidence.AFTER, True, False, "", "after"),
        (Evidence.BOTH, True, True, "", None),
        (Evidence.BOTH, False, True, "", "before"),
        (Evidence.BOTH, True, False, "", "after"),
        (Evidence.BOTH, False, False, "  ", "after"),
        (Evidence.BOTH, False, False, "管子已封进墙里", None),
    ],
)
def test_what_is_missing_is_named_and_a_reason_stands_in(wanted, before, after, reason, field):
    if field is None:
        check_evidence(wanted, before=before, after=after, reason=reason)
        return
    with pytest.raises(DomainError) as refusal:
        check_evidence(wanted, before=before, after=after, reason=reason)
    assert refusal.value.field == field


def test_what_gets_covered_up_needs_both():
    assert default_evidence(3, is_repair=True) is Evidence.BOTH
    assert default_evidence(8, is_repair=True) is Evidence.AFTER
    assert default_evidence(3, is_repair=False) is Evidence.NONE
