"""How many reports may come before the next one is held for checking: never refused, never a puzzle (D9)."""

from datetime import timedelta

from portal.core import limits

HOUR = timedelta(hours=1)
PER_DEVICE, PER_ADDRESS, PER_POSTER = 5, 60, 20  # security.md §4


def is_over(device: str, address: str, building_id: int) -> bool:
    """Counts this report and says whether it must be held. Inside `writing()`. One poster's code hangs on a building."""
    within = [limits.hit(f"report:device:{device}", PER_DEVICE, HOUR)]
    within.append(limits.hit(f"report:address:{address}", PER_ADDRESS, HOUR, by_address=True))
    within.append(limits.hit(f"report:poster:{building_id}", PER_POSTER, HOUR, by_address=True))
    return not all(within)
