"""indexes by which a page of posts is read in order

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TOP = sa.text("parent_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_newest")
        batch_op.drop_index("ix_posts_supported")
        batch_op.drop_index("ix_posts_replies")
    op.create_index("ix_posts_newest", "posts", ["topic_id", "id"], sqlite_where=TOP, postgresql_where=TOP)
    op.create_index(
        "ix_posts_supported", "posts", ["topic_id", "supports", "id"], sqlite_where=TOP, postgresql_where=TOP
    )
    op.create_index("ix_posts_replies", "posts", ["parent_id", "id"])


def downgrade() -> None:
    for name in ("ix_posts_newest", "ix_posts_supported", "ix_posts_replies"):
        op.drop_index(name, table_name="posts")
    op.create_index("ix_posts_newest", "posts", ["topic_id", "parent_id", "state", "id"])
    op.create_index("ix_posts_supported", "posts", ["topic_id", "parent_id", "state", "supports", "id"])
    op.create_index("ix_posts_replies", "posts", ["parent_id", "state", "id"])
