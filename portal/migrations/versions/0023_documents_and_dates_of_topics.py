"""documents and dates of topics

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token", sa.String(length=22), nullable=False),
        sa.Column("owner_kind", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pages > 0 AND bytes > 0", name=op.f("ck_documents_measured")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("key", name=op.f("uq_documents_key")),
        sa.UniqueConstraint("token", name=op.f("uq_documents_token")),
    )
    op.create_index("ix_documents_owner", "documents", ["owner_kind", "owner_id", "id"])
    with op.batch_alter_table("topic_steps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("planned_on", sa.Date(), nullable=True))
        batch_op.create_index("ix_topic_steps_planned", ["planned_on", "topic_id"])


def downgrade() -> None:
    with op.batch_alter_table("topic_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_topic_steps_planned")
        batch_op.drop_column("planned_on")
    op.drop_table("documents")
