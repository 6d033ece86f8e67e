// Small helps of every page. Everything works without them.
(() => {
  "use strict";
  const all = (selector) => document.querySelectorAll(selector);

  // Characters, as the server counts them: a line break is one, an emoji is one.
  const length = (text) => [...text.replace(/\r\n/g, "\n")].length;

  function count(area) {
    const place = document.getElementById(area.dataset.counterId);
    const left = Number(area.dataset.counter) - length(area.value);
    const words = left < 0 ? place.dataset.over : place.dataset.left;
    place.textContent = words.replace("{n}", Math.abs(left));
    place.classList.toggle("counter-over", left < 0);
  }

  for (const area of all("[data-counter]")) {
    area.addEventListener("input", () => count(area));
    count(area);
  }

  const errors = document.querySelector("[data-errors]");
  if (errors) errors.focus();

  for (const link of all("[data-errors] a")) {
    link.addEventListener("click", () => {
      const target = document.querySelector(link.getAttribute("href"));
      if (target) setTimeout(() => target.focus({ preventScroll: false }));
    });
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const box = document.createElement("textarea");
      box.value = button.dataset.copy;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    button.querySelector("span").textContent = button.dataset.done;
  }

  for (const button of all("[data-copy]")) button.addEventListener("click", () => copy(button));
  for (const button of all("[data-print]")) button.addEventListener("click", () => window.print());

  for (const input of all("[data-file]")) {
    input.addEventListener("change", () => {
      const place = input.closest(".field").querySelector(".file-names");
      place.textContent = [...input.files].map((file) => file.name).join("、");
    });
  }

  // Five minutes before the session of a member of staff ends.
  const idle = Number(document.body.dataset.idleMinutes || 0);
  const notice = document.getElementById("idle");
  if (idle > 5 && notice) setTimeout(() => { notice.hidden = false; }, (idle - 5) * 60000);
})();
