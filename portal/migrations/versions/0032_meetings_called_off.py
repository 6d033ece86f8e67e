"""meetings called off

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

RULES = {
    "off_with_reason": "(off_why IS NULL) = (off_at IS NULL)",
    "off_without_minutes": "off_at IS NULL OR minutes IS NULL",
}


def upgrade() -> None:
    with op.batch_alter_table("topic_meetings") as batch_op:
        batch_op.add_column(sa.Column("off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("off_why", sa.String(length=200), nullable=True))
        for name, rule in RULES.items():
            batch_op.create_check_constraint(op.f(f"ck_topic_meetings_{name}"), rule)


def downgrade() -> None:
    with op.batch_alter_table("topic_meetings") as batch_op:
        for name in RULES:
            batch_op.drop_constraint(op.f(f"ck_topic_meetings_{name}"), type_="check")
        batch_op.drop_column("off_why")
        batch_op.drop_column("off_at")
