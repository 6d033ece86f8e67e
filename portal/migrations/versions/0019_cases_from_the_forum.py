"""a case that comes from the forum says so

Revision: 0019, after 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BEFORE = ("web", "phone", "window", "visit", "hotline")
CHECK = "ck_cases_source"


def upgrade() -> None:
    _allow((*BEFORE, "discussion"))
    op.execute(
        "UPDATE cases SET source = 'discussion' WHERE EXISTS (SELECT 1 FROM links WHERE links.kind = 'became'"
        " AND links.target = 'case:' || cases.id AND (links.source LIKE 'point:%' OR links.source LIKE 'post:%'))"
    )


def downgrade() -> None:
    op.execute("UPDATE cases SET source = 'window' WHERE source = 'discussion' AND registered_by IS NOT NULL")
    op.execute("UPDATE cases SET source = 'web' WHERE source = 'discussion'")
    _allow(BEFORE)


def _allow(sources: tuple[str, ...]) -> None:
    words = ", ".join(f"'{each}'" for each in sources)
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(CHECK), type_="check")
        batch_op.create_check_constraint(op.f(CHECK), f"source IN ({words})")
