// Entering papers by keyboard: Enter in the home goes to the first item; 1 2 3 0 X choose and go on; Enter in an item saves.
(() => {
  const form = document.querySelector(".paper-entry");
  if (!form) return;
  const door = form.querySelector("#door");
  const rows = [...form.querySelectorAll(".answers")];
  const go = (row) => (row ? row.querySelector("input:checked") || row.querySelector("input") : form.querySelector("button[value=save]")).focus();
  form.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target === door && event.key === "Enter") {
      event.preventDefault();
      go(rows[0]);
      return;
    }
    const row = event.target.closest(".answers");
    if (!row) return;
    const choice = row.querySelector(`input[data-key="${CSS.escape(event.key.toUpperCase())}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    go(rows[rows.indexOf(row) + 1]);
  });
  if (!form.querySelector(".field-bad")) door.focus();
})();
