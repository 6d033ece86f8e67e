"""How many reports may come before the next one is held for checking: never refused, never a puzzle (D9)."""

from datetime import timedelta

from portal.core import limits
from portal.domain.case_routing import REPORT_LIMITS

HOUR = timedelta(hours=1)


def is_over(device: str, address: str, building_id: int) -> bool:
    """Counts this report and says whether it must be held. Inside `writing()`. One poster's code hangs on a building."""
    within = [limits.hit(f"report:device:{device}", REPORT_LIMITS.device, HOUR)]
    within.append(limits.hit(f"report:address:{address}", REPORT_LIMITS.address, HOUR, by_address=True))
    within.append(limits.hit(f"report:poster:{building_id}", REPORT_LIMITS.poster, HOUR, by_address=True))
    return not all(within)
