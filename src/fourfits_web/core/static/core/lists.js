// Lists: keys, chosen rows, a clean address; the server draws the rows.

let here = -1;
let lastPicked;

const list = () => document.getElementById("list");
const rows = () => [...(list()?.querySelectorAll("tbody tr") ?? [])];

function stand(index) {
  const all = rows();
  if (!all.length) return;
  here = Math.min(Math.max(index, 0), all.length - 1);
  for (const row of all) row.classList.toggle("is-here", row === all[here]);
  all[here].tabIndex = -1;
  all[here].focus({ preventScroll: true });
  all[here].scrollIntoView({ block: "nearest" });
}

function pick(row) {
  const box = row?.querySelector("input[name=ids]");
  if (!box) return;
  box.checked = !box.checked;
  count();
}

const KEYS = {
  j: () => stand(here + 1),
  k: () => stand(here - 1),
  x: () => pick(rows()[here]),
  "/": () => document.getElementById("list-search")?.focus(),
  f: () => {
    const filter = document.querySelector("[data-filter]");
    if (!filter) return;
    filter.open = true;
    (filter.querySelector("input") ?? filter.querySelector("summary")).focus();
  },
};

/** What the key does with the chosen rows, or with the one under the reader's eyes: its field first, if it has one. */
function actOn(key) {
  const button = list()?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  if (!button) return false;
  if (!boxes().some((box) => box.checked)) pick(rows()[here]);
  if (!boxes().some((box) => box.checked)) return true;
  const field = button.previousElementSibling?.matches("select, input") && button.previousElementSibling;
  if (field && !field.value) field.focus(); else button.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], details.menu[open]")) return;
  if (event.key === "Enter" && event.target.matches("tr[data-open]")) {
    location.assign(event.target.dataset.open);
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  } else if (event.key.length === 1 && actOn(event.key)) {
    event.preventDefault();
  }
});

// Chosen rows

function boxes() {
  return [...(list()?.querySelectorAll("input[name=ids]") ?? [])];
}

function count() {
  const n = boxes().filter((box) => box.checked).length;
  const told = list()?.querySelector("[data-picked]");
  if (told) told.textContent = n === 1 ? "1 chosen" : `${n} chosen`;
  const all = list()?.querySelector("[data-pick-all]");
  if (!all) return;
  all.checked = n > 0 && n === boxes().length;
  all.indeterminate = n > 0 && n < boxes().length;
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.("[data-pick-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
    count();
  } else if (event.target.matches?.("#list input[name=ids]")) {
    const all = boxes();
    const [from, to] = [all.indexOf(lastPicked), all.indexOf(event.target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const box of all.slice(from, to + 1)) box.checked = event.target.checked;
    lastPicked = event.target;
    count();
  }
});

// Filters: the address holds only what is not usual

document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest?.("[data-list-form]");
  if (!form) return;
  const data = event.detail.formData;
  const columns = data.getAll("columns").join(",");
  for (const name of new Set(data.keys())) {
    const values = data.getAll(name).filter((value) => value !== "");
    data.delete(name);
    for (const value of values) data.append(name, value);
  }
  data.delete("columns");
  if (columns && columns !== form.dataset.usualColumns) data.set("columns", columns);
});

document.addEventListener("change", (event) => {
  const filter = event.target.closest("[data-filter]");
  if (!filter) return;
  const fields = [...filter.querySelectorAll("input")];
  const n = fields.filter((each) => (each.type === "checkbox" || each.type === "radio" ? each.checked && each.value : each.value)).length;
  filter.querySelector("[data-n]").textContent = n || "";
});

document.addEventListener("htmx:afterSettle", () => {
  const now = list();
  if (!now) return;
  here = -1;
  for (const each of document.querySelectorAll("[data-follows=csv]")) each.href = now.dataset.csv;
  for (const each of document.querySelectorAll("[data-follows=query]")) each.value = now.dataset.query;
  for (const view of document.querySelectorAll(".views a")) {
    if (new URL(view.href).search.slice(1) === now.dataset.query) view.setAttribute("aria-current", "page"); else view.removeAttribute("aria-current");
  }
});

// The form goes by htmx; without it the browser sends it as usual.
count();
