"""an index over the few cases that hardly anybody may know of

Revision: 0030, after 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

GUARDED = sa.text("track <> 'ordinary'")


def upgrade() -> None:
    op.create_index("ix_cases_guarded", "cases", ["id"], sqlite_where=GUARDED, postgresql_where=GUARDED)


def downgrade() -> None:
    op.drop_index("ix_cases_guarded", table_name="cases")
