"""The texts as domestic platforms want them filed: numbered variables, a sample, the kind (ux.md §6 rule 8)."""

import csv
import io
import re
from dataclasses import dataclass

from portal.core.settings import settings
from portal.messaging import catalogue
from portal.messaging.catalogue import EVENTS, TEXTS, Purpose

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
HEADS = ("模板标识", "用途", "类型", "模板内容", "示例", "变量")


@dataclass(frozen=True)
class Filed:
    """`text` with {1}, {2} … in the order in which the variables first stand; `sample` signed and filled at its longest."""

    key: str
    label: str
    kind: str
    text: str
    sample: str
    variables: tuple[str, ...]

    @property
    def row(self) -> tuple[str, ...]:
        return (self.key, self.label, self.kind, self.text, self.sample, "、".join(self.variables))


def filed(key: str) -> Filed:
    event = EVENTS[key]
    source = (TEXTS / event.path).read_text(encoding="utf-8").strip()
    names = tuple(dict.fromkeys(_VARIABLE.findall(source)))
    signature = settings().sms_signature
    return Filed(
        key,
        event.label,
        "验证码" if event.purpose is Purpose.CODE else "通知",
        catalogue.signed(_VARIABLE.sub(lambda found: f"{{{names.index(found[1]) + 1}}}", source), signature),
        catalogue.signed(catalogue.render(key, catalogue.longest(key)), signature),
        names,
    )


def all_filed() -> list[Filed]:
    """Every text that may leave as SMS."""
    return [filed(key) for key, event in EVENTS.items() if event.sms]


def as_csv() -> str:
    """With a byte order mark, so that a spreadsheet reads the Chinese; no cell begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows(each.row for each in all_filed())
    return "\ufeff" + out.getvalue()
