"""Who somebody is to the platform (product decision D13)."""

from enum import StrEnum


class Role(StrEnum):
    RESIDENT = "resident"
    COMMUNITY = "community"  # 社区党组织 and 居委会
    STREET = "street"  # 街道办
    AGENCY = "agency"  # 承办单位: service centre, utilities, bureaus
    CONTRACTOR = "contractor"  # 施工单位, reports to its agency only
    DISTRICT = "district"  # 区住建委
    HOTLINE = "hotline"  # 区热线 / 信访
    DISCIPLINE = "discipline"  # 纪检监察, sealed cases only
    AUDITOR = "auditor"  # 督查
    ADMIN = "admin"  # configures, reads no case


STAFF_ROLES = frozenset(Role) - {Role.RESIDENT}
DISTRICT_WIDE = frozenset({Role.DISTRICT, Role.HOTLINE, Role.AUDITOR})
