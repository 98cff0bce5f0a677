"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;

  // Light or dark as the system has it, unless somebody chose. A file has no storage in some browsers.
  const keep = (value) => { try { localStorage.setItem("vitals-theme", value); } catch { /* it is chosen again */ } };
  const kept = () => { try { return localStorage.getItem("vitals-theme"); } catch { return null; } };
  if (kept()) root.dataset.theme = kept();
  one("#theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    keep(root.dataset.theme);
  });

  // Commands are copied by a button; without the clipboard's permission the text is marked for Ctrl-C.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const code = button.previousElementSibling;
    getSelection().selectAllChildren(code);
    try { await navigator.clipboard.writeText(code.textContent); } catch { document.execCommand("copy"); }
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });

  // On paper nothing can be unfolded.
  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details:not([open])"); opened.forEach((d) => { d.open = true; }); });
  addEventListener("afterprint", () => { opened.forEach((d) => { d.open = false; }); });

  const table = one("#table");
  if (!table) return;
  const body = one("tbody", table);
  const rows = [...body.rows].map((row) => ({ row, words: row.textContent.toLowerCase() }));
  const search = one("#search");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcomes = new Set(all("input.outcome").filter((box) => box.checked).map((box) => box.value));
    const [domain, cause] = [one("#by-domain").value, one("#by-cause").value];
    let shown = 0;
    for (const { row, words: said } of rows) {
      const data = row.dataset;
      const fits = outcomes.has(data.outcome) && (!domain || data.domain.split(" ").includes(domain))
        && (!cause || data.cause.split(" ").includes(cause)) && words.every((word) => said.includes(word));
      row.hidden = !fits;
      if (fits) shown += Number(data.number);
    }
    one("#number").textContent = `${shown.toLocaleString("en")} ${shown === 1 ? "check" : "checks"}`;
  };
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 60); });
  one(".controls-of-table").addEventListener("change", filter);
  one(".controls-of-table").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    search.focus();
  });

  const order = ["now", "soon", "hygiene", "sick", "could not look", "excused", "healthy", "not applicable"];
  const rank = (text) => order.includes(text) ? String(order.indexOf(text)) : text;
  all("button.sorter", table).forEach((button, column) => button.addEventListener("click", () => {
    const head = button.parentElement;
    const up = head.getAttribute("aria-sort") !== "ascending";
    all("th", table).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = ({ row }) => rank(row.cells[column].textContent.trim());
    const sorted = rows.map((entry) => [key(entry), entry]).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
    if (!up) sorted.reverse();
    body.append(...sorted.map(([, entry]) => entry.row));
  }));
})();
