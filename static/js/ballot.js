// The meter and the count of what is still to choose follow the fingers; without this they follow the server.
(() => {
  const items = [...document.querySelectorAll("[data-item]")];
  const meter = document.querySelector("[data-meter]");
  const note = document.querySelector("[data-progress]");
  const wan = (fen) => {
    const text = (fen / 1000000).toFixed(6).replace(/0+$/, "");
    return (text.endsWith(".") ? text + "0" : text) + " 万元";
  };
  const chosen = (item) => item.querySelector('input[value="agree"]:checked, input[value="pick"]:checked');
  const asked = items.filter((item) => item.querySelector('input[type="radio"]'));

  const showMeter = () => {
    const budget = Number(meter.dataset.budget);
    const spent = items
      .filter((item) => item.dataset.counts === "yes" && chosen(item))
      .reduce((sum, item) => sum + Number(item.dataset.cost), 0);
    const over = spent > budget;
    meter.classList.toggle("meter-over", over);
    meter.querySelector("[data-meter-words]").textContent = (over ? meter.dataset.over : meter.dataset.left)
      .replace("{n}", wan(Math.abs(budget - spent)));
    meter.querySelector("[data-meter-spent]").textContent = meter.dataset.spent.replace("{n}", wan(spent));
    meter.querySelector(".meter-fill").setAttribute("width", budget ? Math.min(100, (100 * spent) / budget) : 0);
  };

  const showProgress = () => {
    const left = asked.filter((item) => !item.querySelector("input:checked"));
    const words = left.length ? note.dataset.words : note.dataset.done;
    const link = note.querySelector("a");
    note.querySelector("span").textContent = words
      .replace("{done}", asked.length - left.length).replace("{left}", left.length);
    if (link) {
      link.hidden = !left.length;
      if (left.length) link.href = "#" + left[0].id;
    }
  };

  const show = () => {
    if (meter) showMeter();
    if (note) showProgress();
  };
  document.addEventListener("change", show);
  show();
})();
