// The keyboard: palette, "g" and a letter to go, "n" and a letter for something new, "?" for help.

const WAIT = 1200;
const palette = document.getElementById("palette");
const text = document.getElementById("palette-text");
const results = document.getElementById("palette-results");

// Palette

function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  text.select();
  window.htmx?.trigger(text, "open");
}

function options() {
  return [...results.querySelectorAll("[role=option]")];
}

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) text.setAttribute("aria-activedescendant", option.id); else text.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function chosen() {
  return results.querySelector("[aria-selected=true]");
}

document.addEventListener("click", (event) => {
  if (!palette || !event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPalette();
});
// Who types quicker than the server answers and presses Enter goes where the answer leads.
let asked;
let answered;
let waiting = false;

function go() {
  waiting = text.value !== answered;
  const target = waiting ? undefined : chosen();
  if (target) location.assign(target.href);
}

text?.addEventListener("htmx:beforeRequest", () => { asked = text.value; });
results?.addEventListener("htmx:afterSwap", () => {
  answered = asked;
  choose(options()[0]);
  if (waiting) go();
});
text?.addEventListener("input", () => { waiting = false; });
text?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    event.preventDefault(); // which would only empty the field
    palette.close();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
});
document.querySelector("[data-palette-form]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});

// Keys anywhere

let typed = "";
let timer;

function follow(keys) {
  const kind = { g: "go", n: "new" }[keys[0]];
  if (!kind) return false;
  const links = [...document.querySelectorAll(`[data-${kind}]`)];
  const rest = keys.slice(1);
  const exact = links.find((each) => each.dataset[kind] === rest);
  if (rest && exact) {
    location.assign(exact.href);
    return false;
  }
  return links.some((each) => each.dataset[kind].startsWith(rest));
}

/** A key of this page: data-key on a button or link presses it, on a field goes there. */
function press(key) {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((each) => each.offsetParent);
  if (!target) return false;
  if (target.matches("input, select, textarea")) target.focus(); else target.click();
  return true;
}

function isTyping(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  const mod = event.ctrlKey || event.metaKey;
  if (mod && !event.shiftKey && !event.altKey) {
    const act = { k: openPalette, b: () => document.dispatchEvent(new CustomEvent("fourfits:sidebar")), "/": openHelp }[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
    return;
  }
  if (event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    openHelp();
    return;
  }
  if (event.key.length !== 1) return;
  clearTimeout(timer);
  if (typed) event.stopImmediatePropagation(); // the second key means nothing else
  if (!typed && press(event.key)) {
    event.preventDefault();
    return;
  }
  const waits = follow(typed + event.key);
  typed = waits ? typed + event.key : "";
  timer = setTimeout(() => { typed = ""; }, WAIT);
});

function openHelp() {
  const help = document.getElementById("help");
  if (help && !help.open) help.showModal();
}
