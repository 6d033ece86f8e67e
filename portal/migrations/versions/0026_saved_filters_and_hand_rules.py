"""saved filters and rules for handing over

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("query", sa.String(length=400), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["staff_posts.id"], name=op.f("fk_saved_filters_post_id_staff_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("post_id", "name", name=op.f("uq_saved_filters_post_id_name")),
    )
    with op.batch_alter_table("saved_filters", schema=None) as batch_op:
        batch_op.create_index(
            "uq_saved_filters_default",
            ["post_id"],
            unique=True,
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )
    op.create_table(
        "hand_rules",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(length=30), nullable=True),
        sa.Column("compound_id", sa.Integer(), nullable=True),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("compound_id IS NULL OR building_id IS NULL", name=op.f("ck_hand_rules_one_place")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_hand_rules_agency_id_agencies")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["case_categories.code"], name=op.f("fk_hand_rules_category_code_case_categories")
        ),
        sa.ForeignKeyConstraint(["compound_id"], ["compounds.id"], name=op.f("fk_hand_rules_compound_id_compounds")),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_hand_rules_building_id_buildings")),
        sa.ForeignKeyConstraint(["post_id"], ["staff_posts.id"], name=op.f("fk_hand_rules_post_id_staff_posts")),
        sa.ForeignKeyConstraint(["by_id"], ["staff_posts.id"], name=op.f("fk_hand_rules_by_id_staff_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_rules")),
    )
    with op.batch_alter_table("hand_rules", schema=None) as batch_op:
        batch_op.create_index(
            "uq_hand_rules_row",
            [
                "agency_id",
                sa.text("coalesce(category_code, '')"),
                sa.text("coalesce(compound_id, 0)"),
                sa.text("coalesce(building_id, 0)"),
            ],
            unique=True,
        )


def downgrade() -> None:
    op.drop_table("hand_rules")
    with op.batch_alter_table("saved_filters", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_saved_filters_default",
            sqlite_where=sa.text("is_default"),
            postgresql_where=sa.text("is_default"),
        )
    op.drop_table("saved_filters")
