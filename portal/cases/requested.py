"""The case that a request for approval is about: 延期, 挂账, 剔除."""

from flask import url_for

from portal.cases.models import Case
from portal.core.extensions import db
from portal.identity import approvals
from portal.identity.models import Approval


def case_of(approval: Approval) -> Case:
    return db.session.get_one(Case, approvals.payload_of(approval)["case"])


def page_of(approval: Approval) -> str:
    return url_for("cases_desk.case", number=case_of(approval).number)
