"""回执: twelve characters that prove that a vote was counted, and nothing else."""

import hashlib
import json
from collections.abc import Mapping

from portal.domain.codes import ALPHABET, RECEIPT_LENGTH


def receipt_from(secret_hex: str) -> str:
    """Twelve characters of the alphabet out of a keyed digest (at least 32 hex digits)."""
    number, found = int(secret_hex[:32], 16), ""
    for _ in range(RECEIPT_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        found += ALPHABET[rest]
    return found


def receipt_hash(ballot_id: int, receipt: str) -> str:
    """As it is stored and published: anybody who holds the receipt can find it in the record."""
    return hashlib.sha256(f"{ballot_id}:{receipt}".encode()).hexdigest()


def vote_digest(entry_id: int, revision: int, answers: Mapping[str, str], nonce: str) -> str:
    """What the journal keeps of a vote: the answers cannot be altered later, and cannot be guessed without `nonce`."""
    facts = {"answers": dict(answers), "entry": entry_id, "nonce": nonce, "revision": revision}
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
