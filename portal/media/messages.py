"""What a person reads when a photo was not taken in."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.media.checking import Reason

MAX_PHOTOS = 6

_SAYINGS: dict[Reason, Callable[[int], LazyString]] = {
    Reason.TOO_BIG: lambda n: _(
        "Photo %(n)s is too big (over 10 MB). Please choose a smaller one; all the others have been kept.", n=n
    ),
    Reason.TOO_MANY_PIXELS: lambda n: _(
        "Photo %(n)s has too many pixels (over 40 million). Please choose a smaller one; "
        "all the others have been kept.",
        n=n,
    ),
    Reason.NOT_A_PHOTO: lambda n: _("File %(n)s is not a photo. Please choose another one.", n=n),
    Reason.BROKEN: lambda n: _(
        "Photo %(n)s did not arrive. Your text is saved: you can try again, or go on without this photo.", n=n
    ),
}


def saying(reason: Reason, number: int) -> LazyString:
    """The sentence for the `number`-th file chosen (1 = first), ux.md §3.2."""
    return _SAYINGS[reason](number)


def too_many(count: int, most: int = MAX_PHOTOS) -> LazyString | None:
    """The sentence when `count` photos are more than allowed, else None."""
    if count <= most:
        return None
    return _("At most %(most)s photos. Please remove %(n)s.", most=most, n=count - most)
