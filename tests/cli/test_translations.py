"""The interface is never half Chinese: what the sources say and what the catalogue knows is the same."""

from pathlib import Path

import pytest

from portal.cli.translations import problems

ENTRY = '{flags}msgid "{msgid}"\nmsgstr "{text}"\n\n'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small project; `catalogue` below writes its translations."""
    (tmp_path / "portal").mkdir()
    (tmp_path / "templates").mkdir()
    return tmp_path


def catalogue(root: Path, *entries: tuple[str, str] | tuple[str, str, str]) -> Path:
    po = root / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    header = ENTRY.format(flags="", msgid="", text="Content-Type: text/plain; charset=utf-8\\n")
    lines = [ENTRY.format(msgid=e[0], text=e[1], flags=f"#, {e[2]}\n" if len(e) > 2 else "") for e in entries]
    po.write_text(header + "".join(lines), encoding="utf-8")
    return po


def test_complete_is_silent(house: Path) -> None:
    (house / "portal" / "views.py").write_text('flash(_("Saved."))\nlazy_gettext("Name")\n')
    (house / "templates" / "page.html").write_text('{{ _("Hello") }} {% trans %}Thank you.{% endtrans %}')
    po = catalogue(house, ("Saved.", "已保存。"), ("Name", "姓名"), ("Hello", "您好"), ("Thank you.", "谢谢。"))

    assert list(problems(house, po)) == []


def test_what_nobody_translated_is_named_with_its_place(house: Path) -> None:
    (house / "templates" / "page.html").write_text('<p>\n{{ _("Hello") }}')

    assert list(problems(house, catalogue(house))) == ["templates/page.html:2: missing: Hello"]


def test_the_reason_of_a_rule_is_a_string_too_also_of_its_heirs(house: Path) -> None:
    (house / "portal" / "rules.py").write_text(
        'class Late(errors.DomainError): ...\nclass TooLate(Late): ...\nraise TooLate("It is over.", field="day")\n'
    )

    assert list(problems(house, catalogue(house))) == ["portal/rules.py:3: missing: It is over."]


def test_fuzzy_stale_and_other_placeholders(house: Path) -> None:
    (house / "portal" / "views.py").write_text('_("Hello")\n_("%(n)s photos", n=2)\n')
    po = catalogue(house, ("Hello", "您好", "fuzzy"), ("%(n)s photos", "%(count)s 张"), ("Gone", "走了"))

    assert [line.split(": ", 1)[1] for line in problems(house, po)] == [
        "other placeholders: %(n)s photos",
        "fuzzy: Hello",
        "stale: Gone",
    ]


def test_a_table_of_labels_counts_as_use(house: Path) -> None:
    (house / "portal" / "labels.py").write_text('LABELS = {"sent": "Sent"}\n')

    assert list(problems(house, catalogue(house, ("Sent", "已发送")))) == []
