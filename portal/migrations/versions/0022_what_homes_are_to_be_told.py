"""what homes are still to be told of a vote

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ballot_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("voted", "extended", "void", name="newskind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("told_up_to", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'voted') = (vote_id IS NOT NULL)", name=op.f("ck_ballot_news_of_vote")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_news_ballot_id_ballots")),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_ballot_news_vote_id_votes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_news")),
    )


def downgrade() -> None:
    op.drop_table("ballot_news")
