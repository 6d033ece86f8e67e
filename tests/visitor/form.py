"""Filling in a form by the words on its labels, as a person does."""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from tests.visitor.page import Page, begins, squeezed
from tests.visitor.tree import Element

Words = str | tuple[str, str]
"""The beginning of a label, or of (legend, label) where a control is repeated."""


class PaperForm:
    """One form of a page while it is being filled in."""

    def __init__(self, page: Page, button: Element) -> None:
        self.page = page
        self.button = button
        self.form = self._form_of(button)
        self.controls = [c for c in page.root.all("input", "select", "textarea") if self._form_of(c) is self.form]
        self.answers = {id(control): start_value(control) for control in self.controls}

    def _form_of(self, control: Element) -> Element:
        named = self.page.by_id(control["form"]) if "form" in control else []
        form = named[0] if named else control.inside("form")
        assert form is not None, f"{self.page.path}: {control!r} stands in no form"
        return form

    @property
    def action(self) -> str:
        return self.button["formaction"] or self.form["action"] or self.page.path

    @property
    def method(self) -> str:
        return (self.button["formmethod"] or self.form["method"] or "get").upper()

    @property
    def multipart(self) -> bool:
        return (self.button["formenctype"] or self.form["enctype"]) == "multipart/form-data"

    def fill(self, fields: Mapping[Words, Any]) -> None:
        for words, value in fields.items():
            self._answer(words, value)

    def _answer(self, words: Words, value: Any) -> None:
        legend, label = words if isinstance(words, tuple) else ("", words)
        visible = [c for c in self.controls if c["type"] not in {"hidden", "submit", "button"}]
        near = [c for c in visible if not legend or begins(self.page.group_of(c), legend)]
        if control := self._named(near, label):
            self._set(control, value)
        elif group := [c for c in near if begins(self.page.group_of(c), label) and is_choice(c)]:
            self._tick(group, value)
        else:
            names = [self.page.name_of(c) or self.page.group_of(c) for c in visible]
            raise AssertionError(f"{self.page.path}: no field {words!r}; there is {names}")

    def _named(self, near: list[Element], label: str) -> Element | None:
        exact = [c for c in near if squeezed(self.page.name_of(c)) == squeezed(label)]
        found = exact or [c for c in near if begins(self.page.name_of(c), label)]
        return found[0] if found else None

    def _tick(self, group: list[Element], value: Any) -> None:
        wanted = [value] if isinstance(value, str) else list(value)
        for control in group:
            if control["type"] == "checkbox":
                self.answers[id(control)] = []
        for option in wanted:
            control = self._named(group, option)
            assert control is not None, (
                f"{self.page.path}: no choice {option!r}; {[self.page.name_of(c) for c in group]}"
            )
            self._set(control, True)

    def _set(self, control: Element, value: Any) -> None:
        if control["type"] == "radio":
            for other in self.controls:
                if other["type"] == "radio" and other["name"] == control["name"]:
                    self.answers[id(other)] = []
        if is_choice(control):
            self.answers[id(control)] = [control["value"] or "on"] if value else []
        elif control.tag == "select":
            chosen = [value] if isinstance(value, str) else value
            self.answers[id(control)] = [self._option(control, words) for words in chosen]
        elif control["type"] == "file":
            self.answers[id(control)] = list(files(value))
        else:
            self.answers[id(control)] = [str(value)]

    def _option(self, select: Element, words: str) -> str:
        options = select.all("option")
        exact = [option for option in options if squeezed(option.text) == squeezed(words) or option["value"] == words]
        found = exact or [option for option in options if begins(option.text, words)]
        assert found, f"{self.page.path}: no option {words!r}; there is {[option.text for option in options]}"
        return option_value(found[0])

    def sent(self) -> MultiDict[str, Any]:
        """What the browser sends: successful controls in their order, and the pressed button."""
        pairs = [
            (control["name"], value)
            for control in self.controls
            if control["name"] and not is_disabled(control) and control["type"] not in {"submit", "button", "reset"}
            for value in self.answers[id(control)]
        ]
        if self.button["name"]:
            pairs.append((self.button["name"], self.button["value"]))
        return MultiDict(pairs)


def start_value(control: Element) -> list[Any]:
    """What the form shows before anybody touches it."""
    if is_choice(control):
        return [control["value"] or "on"] if "checked" in control else []
    if control.tag == "textarea":
        return ["".join(child for child in control.children if isinstance(child, str)).removeprefix("\n")]
    if control.tag == "select":
        options = control.all("option")
        chosen = [option for option in options if "selected" in option]
        if not chosen and "multiple" not in control:
            chosen = options[:1]
        return [option_value(option) for option in chosen]
    return [] if control["type"] == "file" else [control["value"]]


def option_value(option: Element) -> str:
    return option.attributes.get("value", option.text)


def is_choice(control: Element) -> bool:
    return control["type"] in {"radio", "checkbox"}


def is_disabled(control: Element) -> bool:
    return "disabled" in control or any(
        above.tag == "fieldset" and "disabled" in above for above in control.ancestors()
    )


def files(value: Any) -> Iterable[FileStorage]:
    """A path, (bytes, file name), or a list of these."""
    for item in value if isinstance(value, list) else [value]:
        content, name = (item.read_bytes(), item.name) if isinstance(item, Path) else item
        yield FileStorage(io.BytesIO(content), filename=name)
