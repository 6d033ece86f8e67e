"""Following a case and judging the answer: open with codes or by number, add, withdraw, confirm, dispute, rate."""

from portal.cases import case_page, own_steps, rating
from portal.cases.blueprints import following as bp

__all__ = ["bp", "case_page", "own_steps", "rating"]
