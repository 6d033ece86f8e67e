// The desk by keyboard: J and K go through the lines, Enter opens one, X chooses it, A goes to its next step; on a case
// the letter of an action opens its page. ? shows them all. Without this file everything works by links and buttons.
(() => {
  "use strict";
  const rows = [...document.querySelectorAll("[data-row]")];
  const help = document.getElementById("keys");
  const opener = document.querySelector("[data-keys-open]");

  const here = () => rows.indexOf(document.activeElement?.closest("[data-row]"));

  function go(to) {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (!row) return;
    row.querySelector("[data-open]").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function choose(row) {
    const box = row?.querySelector('input[type="checkbox"]');
    if (box) box.checked = !box.checked;
  }

  function onList(key) {
    const row = rows[here()];
    if (key === "j") go(here() + 1);
    else if (key === "k") go(here() < 0 ? 0 : here() - 1);
    else if (key === "x" && row) choose(row);
    else if (key === "a" && row?.dataset.next) location.assign(row.dataset.next);
    else return false;
    return true;
  }

  function onCase(key) {
    const link = help?.querySelector(`a[data-key="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  function leave() {
    const search = document.querySelector('input[type="search"]');
    const back = document.querySelector("a.back");
    if (search) search.focus();
    else if (back) location.assign(back.href);
    return Boolean(search || back);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
    if (event.target.matches('textarea, select, input:not([type="radio"]):not([type="checkbox"])')) return;
    const key = event.key.toLowerCase();
    const done = key === "?" || key === "？" ? (help?.showModal(), true) : key === "/" ? leave() : rows.length ? onList(key) : onCase(key);
    if (done) event.preventDefault();
  });

  if (opener && help) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }
})();
