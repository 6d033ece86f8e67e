"""taking over a registration

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "takeovers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column(
            "settling",
            sa.Enum(
                "merge",
                "hand_over",
                "replace",
                "new_number",
                name="settling",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "tenant",
                "family",
                "renter",
                name="membershiprole",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "check_way",
            sa.Enum(
                "phone",
                "visit",
                "window",
                "neighbour",
                name="checkway",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "agreed",
                "done",
                "refused",
                "stopped",
                "dropped",
                name="takeoverstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state IN ('asked', 'agreed')) = (ended_at IS NULL)", name=op.f("ck_takeovers_ended")),
        sa.CheckConstraint("state <> 'agreed' OR decided_by IS NOT NULL", name=op.f("ck_takeovers_agreed")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_takeovers_two_people")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_posts.id"], name=op.f("fk_takeovers_asked_by_staff_posts")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_takeovers_claim_id_claims")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_posts.id"], name=op.f("fk_takeovers_decided_by_staff_posts")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_takeovers_household_id_households")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_takeovers_membership_id_memberships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeovers")),
    )
    with op.batch_alter_table("takeovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_takeovers_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index("ix_takeovers_due", ["state", "effective_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_takeovers_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index(
            "uq_takeovers_open",
            ["household_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("takeovers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_takeovers_open",
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )
        batch_op.drop_index(batch_op.f("ix_takeovers_membership_id"))
        batch_op.drop_index("ix_takeovers_due")
        batch_op.drop_index(batch_op.f("ix_takeovers_claim_id"))

    op.drop_table("takeovers")
