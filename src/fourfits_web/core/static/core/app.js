// The frame: menus, theme, sidebar, dialogs, messages, uploads. Behaviour hangs on data- attributes.

const root = document.documentElement;
const YEAR = 31536000;

function keep(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

// Requests by htmx

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (event.detail.verb !== "get" && token) event.detail.headers["X-CSRFToken"] = token;
});

// Signed out meanwhile: the answer is the whole sign-in page, which belongs in no part of this one.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const answered = new URL(event.detail.xhr.responseURL || location.href);
  if (!answered.pathname.startsWith("/sign-in/") || location.pathname.startsWith("/sign-in/")) return;
  event.preventDefault();
  if (event.detail.elt.id === "jobs") event.detail.elt.remove();
  else location.assign(`${answered.pathname}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

for (const [name, sentence] of [
  ["htmx:sendError", "The workspace does not answer. Check the connection and try again."],
  ["htmx:timeout", "That took too long. Try again."],
]) document.addEventListener(name, () => say(sentence));

document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const page = new DOMParser().parseFromString(responseText ?? "", "text/html");
  const sentence = page.querySelector("[role=alert] p")?.textContent.trim();
  const usual = { 403: "Your role does not allow that.", 404: "That is gone.", 429: "Too many requests; wait a moment." };
  say(sentence || usual[status] || "That did not work. Nothing was changed.");
});

// Focus comes back to what was used where an answer replaced it: the same words, for its address may have changed.

let used;
const nameOf = (each) => each.getAttribute("aria-label") || each.name || each.textContent.trim();
const NAMED = "a[href], button, summary, select, input:not([type=hidden])";

document.addEventListener("htmx:beforeSwap", (event) => {
  const held = document.activeElement;
  used = held?.matches(NAMED) && event.detail.target?.contains?.(held) ? { tag: held.tagName, words: nameOf(held), value: held.value } : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!used || document.activeElement !== document.body) return;
  const same = [...document.querySelectorAll(`main ${used.tag}`)].filter((each) => each.offsetParent && nameOf(each) === used.words);
  (same.find((each) => each.value === used.value) ?? same[0])?.focus({ preventScroll: true });
  used = null;
});

/** Show a sentence for a while in the corner. */
function say(sentence) {
  for (const each of document.querySelectorAll("#toasts .toast-line")) {
    if (each.querySelector("p").textContent === sentence) each.remove();
  }
  const line = document.createElement("div");
  line.className = "toast-line";
  const text = document.createElement("p");
  text.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "×";
  close.addEventListener("click", () => line.remove());
  line.append(text, close);
  document.getElementById("toasts")?.append(line);
  setTimeout(() => line.remove(), 8000);
}
document.addEventListener("fourfits:say", (event) => say(event.detail));

// Menus that open: <details class="menu">

function closeMenus(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!but || !menu.contains(but)) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu") || !menu.open) return;
  const popup = menu.querySelector(".popup");
  popup.classList.remove("flipped");
  const box = popup.getBoundingClientRect();
  if (box.right > innerWidth - 8 || box.left < 8) popup.classList.add("flipped");
}, true);
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && menu.contains(event.target) && !event.target.matches("input[type=radio], input[type=number], input[type=date], select")) {
    const stops = [...menu.querySelectorAll(".popup a, .popup button, .popup input")].filter((each) => each.offsetParent);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length];
    event.preventDefault();
    next?.focus();
  }
});

// Theme and sidebar

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) {
    event.preventDefault();
    const theme = choice.dataset.themeChoice;
    if (theme === "auto") delete root.dataset.bsTheme; else root.dataset.bsTheme = theme;
    for (const each of document.querySelectorAll("[data-theme-choice]")) each.setAttribute("aria-pressed", String(each === choice));
    keep("theme", theme);
    closeMenus();
    document.dispatchEvent(new CustomEvent("fourfits:theme"));
  }
  const toggle = event.target.closest("[data-sidebar]");
  if (toggle) {
    event.preventDefault();
    toggleSidebar();
  }
});

const narrow = matchMedia("(max-width: 52rem)");

function toggleSidebar() {
  if (narrow.matches) {
    const opens = root.dataset.menu !== "open";
    if (opens) root.dataset.menu = "open"; else delete root.dataset.menu;
    if (opens) document.querySelector(".sidebar nav a")?.focus(); else document.querySelector(".topbar [data-sidebar]")?.focus();
  } else {
    const closes = root.dataset.menu !== "closed";
    if (closes) root.dataset.menu = "closed"; else delete root.dataset.menu;
    keep("menu", closes ? "closed" : "open");
  }
}
document.addEventListener("fourfits:sidebar", toggleSidebar);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && root.dataset.menu === "open") toggleSidebar();
});

// Dialogs

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]:not(tr)");
  if (opener) {
    event.preventDefault(); // where it is a link, it leads to the same form on a page of its own
    closeMenus();
    document.getElementById(opener.dataset.open)?.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-notice]")?.remove();
  const help = event.target.closest("[data-help]");
  if (help) {
    event.preventDefault();
    closeMenus();
    document.getElementById("help")?.showModal();
  }
});
document.addEventListener("mousedown", (event) => {
  if (!event.target.matches?.("dialog[open]")) return;
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
});

/** Ask before a button named "ask" does its work; without this script the server asks on a page. */
function ask(title, go) {
  const dialog = document.getElementById("confirm");
  const [question, ...rest] = title.includes("|") ? title.split("|") : title.split(/(?<=[.?])\s+/);
  dialog.querySelector("#confirm-title").textContent = question;
  dialog.querySelector("#confirm-text").textContent = rest.join(" ");
  dialog.querySelector("[data-confirmed]").onclick = () => { dialog.close(); go(); };
  dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (button?.name !== "ask") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(button.value, () => {
    button.name = "";
    form.requestSubmit(button);
    button.name = "ask";
  });
}, true);

// Forms

document.addEventListener("change", (event) => event.target.closest("[data-autosubmit]")?.requestSubmit());
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  navigator.clipboard?.writeText(source.value ?? source.textContent.trim()).then(() => say("Copied."));
});

// What was typed comes back after a sign-in that a form met on its way

const TYPED = "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=checkbox], [type=radio])";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || location.pathname.startsWith("/sign-in/")) return;
  const fields = [...form.querySelectorAll(TYPED)].filter((field) => field.name).map((field) => [field.name, field.value]);
  if (fields.length) sessionStorage.setItem("typed", JSON.stringify({ page: location.pathname, action: form.getAttribute("action"), fields }));
});

if (!location.pathname.startsWith("/sign-in/")) {
  const typed = JSON.parse(sessionStorage.getItem("typed"));
  sessionStorage.removeItem("typed");
  const cameBySignIn = document.referrer && new URL(document.referrer).pathname.startsWith("/sign-in/");
  if (typed?.page === location.pathname && cameBySignIn) bringBack(typed);
}

function bringBack({ action, fields }) {
  const form = [...document.querySelectorAll("form[method=post]")].find((each) => each.getAttribute("action") === action && each.querySelector(TYPED));
  if (!form) return;
  for (const [name, value] of fields) if (form.elements[name]?.matches?.(TYPED)) form.elements[name].value = value;
  form.closest("dialog")?.showModal();
  say("What you typed is here again; it still has to be sent.");
}

// Uploads: a dropzone is a label around a file field

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-dropzone]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const field = zone.querySelector("input[type=file]");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("change", (event) => {
  const limit = Number(event.target.closest("[data-limit]")?.dataset.limit);
  const large = limit && event.target.type === "file" && [...event.target.files].find((file) => file.size > limit);
  if (!large) return;
  event.target.value = "";
  event.stopImmediatePropagation();
  const sentence = `${large.name} is ${size(large.size)}; at most ${size(limit)} can be sent here.`;
  const names = event.target.closest("[data-limit]").querySelector("[data-dropzone-names]");
  if (names) names.textContent = sentence; else say(sentence); // beside the field, where it stays
}, true);
document.addEventListener("change", (event) => {
  const names = event.target.closest("[data-dropzone]")?.querySelector("[data-dropzone-names]");
  if (!names || event.target.type !== "file") return;
  names.textContent = [...event.target.files].map((file) => `${file.name} (${size(file.size)})`).join(", ");
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-upload-progress]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = event.detail.loaded / event.detail.total;
});

function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const step = Math.min(Math.floor(Math.log2(bytes) / 10), 3);
  return `${(bytes / 1024 ** step).toPrecision(3)} ${["", "KiB", "MiB", "GiB"][step]}`;
}

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-mod]")) key.textContent = key.textContent.replace("Ctrl ", "⌘");
}

// An address that names something folded opens it; browsers of today do so by themselves

function unfold() {
  const folded = document.querySelector(":target")?.closest("details:not([open], .menu)");
  if (!folded) return;
  folded.open = true;
  folded.scrollIntoView();
}
unfold();
addEventListener("hashchange", unfold);
