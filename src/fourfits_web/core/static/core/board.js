// A board: items are dragged between lanes, or lifted with Space and moved with the arrows.
// <div data-board data-move-url> holds [data-lane] lists of [data-item] elements with tabindex="0".

let lifted; // what the keyboard carries, and where it came from

const announce = (sentence) => document.dispatchEvent(new CustomEvent("fourfits:say", { detail: sentence }));
const lanes = (board) => [...board.querySelectorAll("[data-lane]")];
const items = (lane) => [...lane.querySelectorAll(":scope > [data-item]")];
const nameOf = (item) => item.dataset.name ?? (item.querySelector("a") ?? item).textContent.trim().slice(0, 60);

/** Tell the server; put the item back if it refuses. */
function moved(item, from) {
  const board = item.closest("[data-board]");
  const lane = item.closest("[data-lane]");
  const place = items(lane).indexOf(item);
  if (lane === from.lane && place === from.place) return;
  const values = { item: item.dataset.item, lane: lane.dataset.lane, place, after: item.previousElementSibling?.dataset.item ?? "" };
  const refuse = () => { put(item, from.lane, from.place); tally(board); };
  board.addEventListener("htmx:responseError", refuse, { once: true });
  board.addEventListener("htmx:sendError", refuse, { once: true });
  window.htmx.ajax("POST", board.dataset.moveUrl, { source: board, target: board, swap: "outerHTML", values })
    .finally(() => { board.removeEventListener("htmx:responseError", refuse); board.removeEventListener("htmx:sendError", refuse); });
  tally(board);
}

function put(item, lane, place) {
  const others = items(lane).filter((each) => each !== item);
  lane.insertBefore(item, others[place] ?? null);
}

function tally(board) {
  for (const lane of lanes(board)) {
    const told = board.querySelector(`[data-lane-count="${CSS.escape(lane.dataset.lane)}"]`);
    if (told) told.textContent = items(lane).length;
  }
}

function whereIs(item) {
  const lane = item.closest("[data-lane]");
  return { lane, place: items(lane).indexOf(item) };
}

// With the mouse or a finger

function prepare() {
  for (const lane of document.querySelectorAll("[data-board][data-move-url] [data-lane]")) {
    if (lane.dataset.ready || !window.Sortable) continue;
    lane.dataset.ready = "yes";
    let from;
    window.Sortable.create(lane, {
      group: lane.closest("[data-board]").id || "board",
      draggable: "[data-item]",
      animation: 120,
      delay: 120,
      delayOnTouchOnly: true,
      supportPointer: false, // Sortable waits for ever for a pointer that scrolling has cancelled
      onStart: (event) => { from = { lane: event.from, place: event.oldDraggableIndex }; },
      onEnd: (event) => moved(event.item, from),
    });
  }
}

// With the keyboard

function step(item, key) {
  const board = item.closest("[data-board]");
  const { lane, place } = whereIs(item);
  if (key === "ArrowUp") put(item, lane, Math.max(place - 1, 0));
  if (key === "ArrowDown") put(item, lane, place + 1);
  const all = lanes(board);
  const beside = all[all.indexOf(lane) + { ArrowLeft: -1, ArrowRight: 1 }[key]];
  if (beside) put(item, beside, place);
  item.focus();
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function lift(item) {
  lifted = { item, from: whereIs(item) };
  item.classList.add("is-lifted");
  announce(`Lifted ${nameOf(item)}. Arrows move it, Space drops it, Escape puts it back.`);
}

function drop(isKept) {
  const { item, from } = lifted;
  lifted = undefined;
  item.classList.remove("is-lifted");
  if (isKept) moved(item, from); else put(item, from.lane, from.place);
  item.focus();
}

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.("[data-board][data-move-url] [data-item]");
  if (!item || event.target !== item) return;
  if (event.key === " ") {
    event.preventDefault();
    if (lifted?.item === item) drop(true); else lift(item);
  } else if (lifted?.item === item && event.key.startsWith("Arrow")) {
    event.preventDefault();
    step(item, event.key);
  } else if (lifted && event.key === "Escape") {
    drop(false);
  }
});

document.addEventListener("htmx:load", prepare);
prepare();
