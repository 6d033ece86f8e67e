"""What a ballot still lacks, with what the database knows of it."""

from portal.ballots import rolls
from portal.ballots.models import Ballot
from portal.core import clock
from portal.domain import ballot_readiness as rules
from portal.domain.ballot_readiness import NotReady
from portal.media.models import Owner
from portal.media.queries import photos_of

__all__ = ["NotReady", "basis_photos", "notice_photos", "reasons_not_ready"]


def reasons_not_ready(ballot: Ballot) -> list[NotReady]:
    """Empty: it can be put before a second person, and announced when they agree."""
    rule, roll = ballot.rule, rolls.expected(ballot) if ballot.scopes else None
    demands = rules.Demands(
        is_statutory=rule.is_statutory,
        counts_area=rule.quorum_area_num is not None or any(item.approve_area_num for item in ballot.items),
        winners=rule.winners,
        notice_days=rule.notice_days,
        window_days=rule.window_days,
        watchers=rule.watchers,
    )
    prepared = rules.Prepared(
        titles=[item.title for item in ballot.items],
        places=len(ballot.scopes),
        kinds=[item.answer for item in ballot.items],
        categories=[item.category for item in ballot.items],
        costs=[item.cost for item in ballot.items],
        budget=ballot.budget,
        seats=ballot.seats,
        starts_at=ballot.starts_at,
        ends_at=ballot.ends_at,
        convener_kind=ballot.convener_kind,
        convener=ballot.convener,
        basis=ballot.basis,
        papers=len(photos_of(basis_photos(ballot))) if rule.is_statutory else 0,
        notices=len(photos_of(notice_photos(ballot))) if rule.is_statutory else 0,
        watchers=len(ballot.watchers),
        homes=roll.homes if roll else 0,
        unmeasured=roll.unmeasured if roll else 0,
    )
    return rules.reasons_not_ready(demands, prepared, clock.now())


def basis_photos(ballot: Ballot) -> Owner:
    return Owner("ballot-basis", ballot.id)


def notice_photos(ballot: Ballot) -> Owner:
    return Owner("ballot-notice", ballot.id)
