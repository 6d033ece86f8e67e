"""PDFs on a topic: looked at by content, downloaded safely, taken down without a trace of the file."""

import hashlib

import pytest
from sqlalchemy import select

from portal.core.extensions import db
from portal.core.writing import writing
from portal.domain.errors import DomainError
from portal.domain.roles import Role
from portal.forum import attaching
from portal.forum.topic_models import TopicState
from portal.media import documents, services
from portal.media.models import Document
from portal.media.storage import storage
from tests.builders.forum import make_topic
from tests.builders.identity import sign_in_staff
from tests.builders.pdf import pdf, sent_pdf
from tests.media import pictures

pytestmark = pytest.mark.databases("sqlite")
NAME = "车棚位置比选（南墙边）.pdf"


@pytest.fixture
def topic(world):
    with writing():
        return make_topic(world)


@pytest.fixture
def desk(world, client):
    sign_in_staff(client, world.posts[Role.COMMUNITY])
    return client


def test_put_up_read_by_everybody_and_taken_down(topic, desk, new_client):
    desk.visit(f"/community/topics/{topic.id}")
    desk.follow("放上或撤下")
    page = desk.submit("放上这个文件", {"选 PDF 文件": (pdf(3), NAME)})
    assert "文件已放到议题页面上" in page.main and NAME in page.main
    visitor = new_client()
    page = visitor.visit(f"/forum/{topic.id}")
    assert NAME in page.main and "3 页 · 1 KB" in page.main
    [link] = [each["href"] for each in page.root.all("a") if "/forum/document/" in (each["href"] or "")]
    answer = visitor.get(link)
    assert answer.data == pdf(3) and answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E8%BD%A6%E6%A3%9A" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "no-cache" in answer.headers["Cache-Control"]

    [document] = db.session.scalars(select(Document))
    key = document.key
    assert services.known_keys([key]) == {key}
    page = desk.press("撤下")
    assert "文件已撤下" in page.main and "还没有文件" in page.main
    assert visitor.get(link).status_code == 404
    with pytest.raises(FileNotFoundError):
        storage().open(key)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (None, "请选一个 PDF 文件"),
        ((b"", "方案.pdf"), "这不是 PDF 文件"),
        ((b"<script>alert(1)</script>%PDF-1.4", "方案.pdf"), "这不是 PDF 文件"),
        ((pictures.jpeg(40, 40), "方案.pdf"), "这不是 PDF 文件"),
        ((b"%PDF-1.4 nothing of the kind", "方案.pdf"), "这个 PDF 打不开"),
        ((pdf() + b"\0" * documents.MAX_BYTES, "方案.pdf"), "文件太大（超过 10 MB）"),
        ((pdf(101), "方案.pdf"), "文件超过 100 页"),
    ],
)
def test_what_is_no_fitting_pdf_is_named_and_the_name_typed_stays(topic, desk, sent, says):
    desk.visit(f"/community/topics/{topic.id}/documents")
    page = desk.submit("放上这个文件", {"文件名称": "车棚方案", **({"选 PDF 文件": sent} if sent else {})})
    assert says in page.alerts[0] and 'value="车棚方案"' in page.html
    assert db.session.scalar(select(Document.id)) is None


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/车棚.PDF", "车棚.pdf"),
        ("C:\\方案\\比选.pdf", "比选.pdf"),
        ("方案\r\nX-Evil: 1.pdf", "方案X-Evil： 1.pdf"),
        (".pdf", "文件.pdf"),
        ("长" * 90 + ".pdf", None),
        ("方案\u202efdp.exe", "方案fdp.exe.pdf"),
    ],
)
def test_a_name_is_fit_to_show_and_to_save_under(given, name):
    found = documents.name_of(given)
    assert found == name if name else len(found) <= 44 and found.endswith(".pdf")


def test_the_same_file_twice_too_many_and_a_topic_nobody_sees(world, topic, client):
    actor = world.actor(Role.COMMUNITY)
    with writing():
        first = attaching.attach(actor, topic, documents.receive(sent_pdf()))
    with pytest.raises(DomainError, match="there already"), writing():
        attaching.attach(actor, topic, documents.receive(sent_pdf("另一个名字.pdf")))
    found = documents.receive(sent_pdf())
    with writing():
        for at in range(documents.MOST - 1):
            sha = hashlib.sha256(bytes([at])).hexdigest()
            attaching.attach(actor, topic, documents.Incoming("a.pdf", f"{at:032x}.pdf", sha, 1, 1))
    with pytest.raises(DomainError, match="At most"), writing():
        attaching.attach(actor, topic, documents.Incoming("b.pdf", found.key, "0" * 64, 1, 1))
    with writing():
        topic.state, topic.closed_at = TopicState.HELD, None
    assert client.get(f"/forum/document/{first.token}").status_code == 404
    assert client.get(f"/community/topics/{topic.id}/documents").status_code in (302, 303, 401, 403)
