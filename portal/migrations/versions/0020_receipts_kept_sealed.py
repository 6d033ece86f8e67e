"""receipts are kept sealed, so that they outlive the key they were made with

Revision: 0020, after 0019
"""

import hashlib

import sqlalchemy as sa
from alembic import op

from portal.core import crypto
from portal.domain.ballot_receipts import receipt_from

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

VOTES = sa.table("votes", *map(sa.column, ("id", "ballot_id", "entry_id", "revision", "receipt_hash")))
SEALED = sa.table("sealed_answers", *map(sa.column, ("vote_id", "receipt")))


def upgrade() -> None:
    with op.batch_alter_table("sealed_answers") as batch:
        batch.add_column(sa.Column("receipt", sa.Text(), nullable=True))
    for vote in op.get_bind().execute(sa.select(VOTES)).all():
        made_from = f"{vote.ballot_id}:{vote.entry_id}:{vote.revision}"
        receipt = receipt_from(crypto.hmac_code(made_from, "receipt"))
        if hashlib.sha256(f"{vote.ballot_id}:{receipt}".encode()).hexdigest() == vote.receipt_hash:
            kept = sa.update(SEALED).where(SEALED.c.vote_id == vote.id)
            op.execute(kept.values(receipt=crypto.encrypt(receipt, "receipt")))


def downgrade() -> None:
    with op.batch_alter_table("sealed_answers") as batch:
        batch.drop_column("receipt")
