"""投票: rules, the ballot with its items, the roll frozen at its opening, votes.

Areas are hundredths of ㎡, money 分, shares whole numbers. What may not change after the announcement or the opening is
kept by triggers too. Answers lie sealed beside their vote and are read after the close only (`ballots/sealing.py`).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.base import Base, Encrypted, enum_column, pk
from portal.core.triggers import Guard, append_only, guarded
from portal.domain.ballot_kinds import (
    AnswerKind,
    BallotState,
    Channel,
    ConvenerKind,
    CountUnit,
    ItemCategory,
    NewsKind,
    Paragraph,
    WinnerRule,
)
from portal.identity.models import StaffPost
from portal.places.models import Building, Compound, Entrance
from portal.roster.models import Household

_STATE = "(SELECT state FROM ballots WHERE ballots.id = {row}.ballot_id)"
_OPENED = "OLD.state NOT IN ('draft', 'announced')"


class BallotRule(Base):
    """表决规则: one dated version of a preset (product D6). Shares are numerator and denominator; None: no such test.

    `quorum_*`: who has to take part, at least (≥). `approve_*`: the default for items; `strict` means more than (>).
    """

    __tablename__ = "ballot_rules"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )
    id: Mapped[int] = pk()
    code: Mapped[str] = mapped_column(String(20), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str] = mapped_column(String(200))
    unit: Mapped[CountUnit] = enum_column(CountUnit)
    winners: Mapped[WinnerRule] = enum_column(WinnerRule)
    is_statutory: Mapped[bool] = mapped_column(default=False)  # 召集人, basis, posted sheet, two 监票人
    has_banner: Mapped[bool] = mapped_column(default=True)  # 不替代业主大会依法表决

    quorum_persons_num: Mapped[int | None]
    quorum_persons_den: Mapped[int | None]
    quorum_persons_strict: Mapped[bool] = mapped_column(default=False)
    quorum_area_num: Mapped[int | None]
    quorum_area_den: Mapped[int | None]
    quorum_area_strict: Mapped[bool] = mapped_column(default=False)
    approve_persons_num: Mapped[int | None]
    approve_persons_den: Mapped[int | None]
    approve_persons_strict: Mapped[bool] = mapped_column(default=True)
    approve_area_num: Mapped[int | None]
    approve_area_den: Mapped[int | None]
    approve_area_strict: Mapped[bool] = mapped_column(default=True)

    notice_days: Mapped[int]  # between announcement and opening, at least
    window_days: Mapped[int]  # between opening and end, at least
    objection_days: Mapped[int]
    watchers: Mapped[int] = mapped_column(default=0)  # 监票人, at least
    legal_basis: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


@guarded(
    Guard(
        "ballots_scheduled",
        "UPDATE OF rule_id, title, short_name, convener_kind, convener, basis, budget, most_ticks, seats, starts_at",
        "OLD.state <> 'draft'",
    ),
    Guard(
        "ballots_roll", "UPDATE OF fingerprint, roll_digest, roll_persons, roll_homes, roll_area, opened_at", _OPENED
    ),
    Guard(
        "ballots_end",
        "UPDATE OF ends_at",
        "OLD.state NOT IN ('draft', 'open') OR (OLD.state = 'open' AND NEW.ends_at < OLD.ends_at)",
    ),
    Guard(
        "ballots_forward",
        "UPDATE OF state",
        f"({_OPENED} AND NEW.state IN ('draft', 'announced'))"
        " OR (OLD.state NOT IN ('draft', 'announced', 'open') AND NEW.state = 'open')",
    ),
    Guard("ballots_kept", "DELETE", "OLD.state <> 'draft'"),
)
class Ballot(Base):
    """One vote of one roll. `title` stands on pages, `short_name` in texts."""

    __tablename__ = "ballots"
    __table_args__ = (
        CheckConstraint("length(short_name) BETWEEN 1 AND 8", name="short_name_fits_sms"),
        CheckConstraint("starts_at IS NULL OR ends_at IS NULL OR starts_at < ends_at", name="window"),
        CheckConstraint("budget IS NULL OR budget >= 0", name="budget"),
        CheckConstraint("seats IS NULL OR seats > 0", name="seats"),
        CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name="voided_at"),
        CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="void_with_reason"),
        CheckConstraint(
            "state IN ('draft', 'announced', 'void') OR (opened_at IS NOT NULL AND fingerprint IS NOT NULL)",
            name="opened_with_roll",
        ),
        CheckConstraint("state = 'draft' OR (starts_at IS NOT NULL AND ends_at IS NOT NULL)", name="scheduled"),
        Index("ix_ballots_state", "state", "ends_at"),
    )
    id: Mapped[int] = pk()
    rule_id: Mapped[int] = mapped_column(ForeignKey("ballot_rules.id"))
    title: Mapped[str] = mapped_column(String(40))
    short_name: Mapped[str] = mapped_column(String(8))
    about: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[BallotState] = enum_column(BallotState, default=BallotState.DRAFT)

    convener_kind: Mapped[ConvenerKind] = enum_column(ConvenerKind, default=ConvenerKind.RESIDENTS)
    convener: Mapped[str] = mapped_column(String(60), default="")
    basis: Mapped[str] = mapped_column(String(120), default="")  # title and number; its pictures hang on the ballot
    paper_places: Mapped[str] = mapped_column(String(200), default="")  # where paper can be had and given in
    budget: Mapped[int | None]  # 分; only of what may be chosen
    most_ticks: Mapped[int | None]
    seats: Mapped[int | None]  # an election: its items are the candidates

    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    objection_days: Mapped[int]
    announced_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]  # 初步结果
    objections_until: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(200))

    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    fingerprint: Mapped[str | None] = mapped_column(String(64))  # of the roll, public
    roll_digest: Mapped[str | None] = mapped_column(String(64))  # of the roll with its homes, for the counting group
    roll_persons: Mapped[int | None]
    roll_homes: Mapped[int | None]
    roll_area: Mapped[int | None]

    rule: Mapped[BallotRule] = relationship()
    scopes: Mapped[list["BallotScope"]] = relationship(cascade="all, delete-orphan", order_by="BallotScope.id")
    items: Mapped[list["BallotItem"]] = relationship(
        back_populates="ballot", cascade="all, delete-orphan", order_by="BallotItem.position"
    )
    watchers: Mapped[list["Watcher"]] = relationship(cascade="all, delete-orphan", order_by="Watcher.id")
    extensions: Mapped[list["BallotExtension"]] = relationship(order_by="BallotExtension.id")
    author: Mapped[StaffPost | None] = relationship(foreign_keys=[created_by], viewonly=True)

    @property
    def subject(self) -> str:
        """How journal, messages and approvals name it."""
        return f"ballot:{self.id}"


@guarded(Guard("ballot_scopes_fixed", "INSERT OR UPDATE OR DELETE", _STATE + " <> 'draft'"))
class BallotScope(Base):
    """Where it is voted: a compound, or one of its buildings, or one entrance. A ballot may have several."""

    __tablename__ = "ballot_scopes"
    __table_args__ = (
        CheckConstraint("entrance_id IS NULL OR building_id IS NOT NULL", name="entrance_of_building"),
        Index("ix_ballot_scopes_place", "compound_id", "building_id"),
    )
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id", ondelete="CASCADE"), index=True)
    compound_id: Mapped[int] = mapped_column(ForeignKey("compounds.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("entrances.id"))

    compound: Mapped[Compound] = relationship()
    building: Mapped[Building | None] = relationship()
    entrance: Mapped[Entrance | None] = relationship()


@guarded(Guard("ballot_items_fixed", "INSERT OR UPDATE OR DELETE", _STATE + " <> 'draft'"))
class BallotItem(Base):
    """事项, or a candidate. Its approval share is its own: `paragraph` says which of 民法典278 it falls under."""

    __tablename__ = "ballot_items"
    __table_args__ = (
        UniqueConstraint("ballot_id", "position"),
        CheckConstraint("cost IS NULL OR cost >= 0", name="cost"),
    )
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id", ondelete="CASCADE"))
    position: Mapped[int]
    category: Mapped[ItemCategory] = enum_column(ItemCategory)
    answer: Mapped[AnswerKind] = enum_column(AnswerKind)
    title: Mapped[str] = mapped_column(String(40))
    scope_line: Mapped[str] = mapped_column(String(80), default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    who_pays: Mapped[str] = mapped_column(String(80), default="")
    cost: Mapped[int | None]  # 分
    paragraph: Mapped[Paragraph | None] = enum_column(Paragraph, nullable=True)
    approve_persons_num: Mapped[int | None]
    approve_persons_den: Mapped[int | None]
    approve_persons_strict: Mapped[bool] = mapped_column(default=True)
    approve_area_num: Mapped[int | None]
    approve_area_den: Mapped[int | None]
    approve_area_strict: Mapped[bool] = mapped_column(default=True)

    ballot: Mapped[Ballot] = relationship(back_populates="items")


class Watcher(Base):
    """监票人. Named on the result."""

    __tablename__ = "ballot_watchers"
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Encrypted())
    standing: Mapped[str] = mapped_column(String(40), default="")  # 业主代表, 居委会成员


class BallotExtension(Base):
    """延长截止: the end moved later, why, by whom; all of it public but the person."""

    __tablename__ = "ballot_extensions"
    __table_args__ = (CheckConstraint("until > before", name="later"),)
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), index=True)
    at: Mapped[datetime]
    before: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))


@guarded(
    Guard("roll_entries_made", "INSERT", _STATE + " <> 'announced'"),
    Guard(
        "roll_entries_frozen",
        "UPDATE OF id, ballot_id, household_id, owner_id, building_id, persons, homes, area, is_unit",
        "OLD.id = OLD.id",
    ),
    Guard("roll_entries_kept", "DELETE", "OLD.id = OLD.id"),
)
class RollEntry(Base):
    """名册投票人: one voice. Only `revision`, `channel` and `reminders` ever move.

    Either one home (polls, tenants) or one owner with all their homes; `building_id` is where its turnout is counted.
    `revision` numbers its votes, 0 before the first; `channel` is where the vote that counts came from.
    """

    __tablename__ = "roll_entries"
    __table_args__ = (
        UniqueConstraint("ballot_id", "household_id"),
        UniqueConstraint("ballot_id", "owner_id"),
        CheckConstraint("(household_id IS NULL) <> (owner_id IS NULL)", name="home_or_owner"),
        CheckConstraint("(channel = 'none') = (revision = 0)", name="channel_of_vote"),
        CheckConstraint("persons = 1 AND homes > 0 AND area >= 0", name="counts"),
        Index("ix_roll_entries_turnout", "ballot_id", "building_id", "channel"),
    )
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id"))
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"))
    persons: Mapped[int] = mapped_column(default=1)
    homes: Mapped[int]
    area: Mapped[int]
    is_unit: Mapped[bool] = mapped_column(default=False)  # 产权单位, shown apart
    revision: Mapped[int] = mapped_column(default=0)
    channel: Mapped[Channel] = enum_column(Channel, default=Channel.NONE)
    reminders: Mapped[int] = mapped_column(default=0)

    ballot: Mapped[Ballot] = relationship()
    building: Mapped[Building] = relationship()
    roll_homes: Mapped[list["RollHome"]] = relationship(back_populates="entry", order_by="RollHome.id")


@guarded(
    Guard("roll_homes_made", "INSERT", _STATE + " <> 'announced'"),
    Guard("roll_homes_frozen", "UPDATE OR DELETE", "OLD.id = OLD.id"),
)
class RollHome(Base):
    """A home on the roll, in one entry, with the area it counted with."""

    __tablename__ = "roll_homes"
    __table_args__ = (UniqueConstraint("ballot_id", "household_id"),)
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    area: Mapped[int]

    entry: Mapped[RollEntry] = relationship(back_populates="roll_homes")
    household: Mapped[Household] = relationship()


@append_only
class Vote(Base):
    """选票: one cast paper of an entry; the entry's `revision` says which one counts. Nothing here tells the answers."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("entry_id", "revision"),
        CheckConstraint("revision > 0", name="revision"),
        CheckConstraint("channel IN ('online', 'paper')", name="came_somehow"),
        Index("ix_votes_ballot", "ballot_id", "id"),
    )
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id"))
    revision: Mapped[int]
    channel: Mapped[Channel] = enum_column(Channel)
    cast_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # who cast it online
    post_id: Mapped[int | None] = mapped_column(ForeignKey("staff_posts.id"))  # who helped, or entered the paper
    is_correction: Mapped[bool] = mapped_column(default=False)  # after the close, by an upheld objection
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64))  # stands in the journal too

    entry: Mapped[RollEntry] = relationship()


class SealedAnswers(Base):
    """The answers of a vote under a key of their own: `{"answers": {position: answer}, "nonce": …}` as JSON.

    `receipt` opens with another key than the answers: it is shown to its home while the vote is open.
    """

    __tablename__ = "sealed_answers"
    vote_id: Mapped[int] = mapped_column(ForeignKey("votes.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[str] = mapped_column(Encrypted("ballot"), deferred=True)
    receipt: Mapped[str | None] = mapped_column(Encrypted("receipt"), deferred=True)


class BallotNews(Base):
    """What homes have still to be told; gone once they were (`ballots/news.py`).

    With `vote_id` the home of that vote; without it everybody on the roll, so far up to entry `told_up_to`.
    """

    __tablename__ = "ballot_news"
    __table_args__ = (CheckConstraint("(kind = 'voted') = (vote_id IS NOT NULL)", name="of_vote"),)
    id: Mapped[int] = pk()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    vote_id: Mapped[int | None] = mapped_column(ForeignKey("votes.id"))
    kind: Mapped[NewsKind] = enum_column(NewsKind)
    told_up_to: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]


class BallotDraft(Base):
    """A paper being filled in by one account for one entry, until it is cast or a day has passed."""

    __tablename__ = "ballot_drafts"
    __table_args__ = (UniqueConstraint("entry_id", "account_id"),)
    id: Mapped[int] = pk()
    entry_id: Mapped[int] = mapped_column(ForeignKey("roll_entries.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    sealed: Mapped[str] = mapped_column(Encrypted("ballot"))
    changed_at: Mapped[datetime] = mapped_column(index=True)


class CatalogueOption(Base):
    """What may be renovated (domain.md §4.1), to pick items from."""

    __tablename__ = "catalogue_options"
    id: Mapped[int] = pk()
    category: Mapped[ItemCategory] = enum_column(ItemCategory)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    retired_at: Mapped[datetime | None]
