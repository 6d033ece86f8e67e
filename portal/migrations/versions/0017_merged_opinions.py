"""which posts a point of a conclusion answers

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "point_opinions",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["conclusion_points.id"],
            name=op.f("fk_point_opinions_point_id_conclusion_points"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_point_opinions_post_id_posts")),
        sa.PrimaryKeyConstraint("point_id", "post_id", name=op.f("pk_point_opinions")),
    )


def downgrade() -> None:
    op.drop_table("point_opinions")
