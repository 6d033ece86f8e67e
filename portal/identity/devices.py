"""How a session is recognised in the list of sessions: the kind of device, nothing finer."""

KINDS = (
    ("HarmonyOS", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
    ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def kind_of(user_agent: str) -> str:
    """'Windows', 'iPhone' …; empty for what names none of them."""
    return next((kind for mark, kind in KINDS if mark in user_agent), "")
