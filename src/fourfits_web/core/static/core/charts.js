// Draws the page's charts in the reader's theme, without evaluating any text as code.

const dark = matchMedia("(prefers-color-scheme: dark)");
const views = new WeakMap();
let library;

const theme = () => document.documentElement.dataset.bsTheme ?? (dark.matches ? "dark" : "light");

/** Vega is large: it comes with the first chart. */
function vega() {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector("meta[name=vega]").content;
    script.onload = () => done(window.vegaEmbed);
    script.onerror = () => failed(new Error("The chart library did not load."));
    document.head.append(script);
  });
  return library;
}

function looks() {
  const found = document.querySelector("[data-chart-looks]");
  return found ? JSON.parse(found.textContent) : {};
}

/** Panels beside each other stand below each other where the place is narrow. */
function narrow(spec, width) {
  const room = Math.max(160, width - 150);
  if (spec.encoding?.row && width <= 640) return { ...spec, width: room };
  if (spec.hconcat && width <= 640) {
    const { hconcat, ...rest } = spec;
    return { ...rest, vconcat: hconcat.map((view) => ({ ...view, width: Math.max(130, width - 215) })) };
  }
  if (spec.vconcat && width <= 640) return { ...spec, vconcat: spec.vconcat.map((view) => ({ ...view, width: room })) };
  if (!spec.columns || !spec.spec?.width || width > 640) return spec;
  return { ...spec, columns: 1, spec: { ...spec.spec, width: Math.max(200, width - 90) } };
}

/** A single view takes the width of its place; several views keep their own. */
function isSingle(spec) {
  const several = ["hconcat", "vconcat", "concat", "facet", "repeat", "spec"].some((name) => name in spec);
  const faceted = ["row", "column", "facet"].some((name) => name in (spec.encoding ?? {}));
  return !several && !faceted;
}

/** Said to Vega itself: Vega-Lite's own way, the width "container", warns wherever each row has its height. */
function wide({ width: _, signals = [], ...vega }) {
  const size = "containerSize()[0]";
  const width = { name: "width", init: size, on: [{ events: "window:resize", update: size }] };
  return { ...vega, signals: [width, ...signals], autosize: { type: "fit-x", contains: "padding" } };
}

async function draw(chart) {
  const source = chart.querySelector("[data-chart-spec]");
  const frame = chart.querySelector("[data-chart-frame]");
  if (!source || !frame) return;
  const name = theme();
  try {
    const embed = await vega();
    views.get(chart)?.finalize();
    const place = document.createElement("div");
    const spec = narrow(JSON.parse(source.textContent), frame.clientWidth);
    const isWide = isSingle(spec);
    if (isWide) spec.width = frame.clientWidth;
    spec.config = { ...spec.config, ...looks()[name] };
    if (frame.clientWidth < 480) spec.config.legend = { ...spec.config.legend, columns: 2 }; // else its last names are cut
    const options = { ast: true, actions: false, renderer: "svg", defaultStyle: false, logLevel: 1, tooltip: { disableDefaultStyle: true } };
    if (isWide) options.patch = wide;
    frame.replaceChildren(place);
    const drawn = await embed(place, spec, options);
    if (chart.dataset.asked !== name) return drawn.finalize(); // the reader was quicker
    views.set(chart, drawn.view);
    chart.querySelector("[data-chart-tools]").hidden = false;
  } catch (problem) {
    const line = document.createElement("p");
    line.className = "chart-wait";
    line.textContent = `The chart could not be drawn: ${problem.message}`;
    frame.replaceChildren(line);
  }
  chart.dataset.drawn = name;
}

function drawAll() {
  for (const chart of document.querySelectorAll("[data-chart]")) {
    if (chart.dataset.asked === theme()) continue; // drawn, or being drawn
    chart.dataset.asked = theme();
    const frame = chart.querySelector("[data-chart-frame]");
    if (frame && frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0; // keys scroll it too
    draw(chart);
  }
}

/** Save the chart as a picture on a plain ground, as the page shows it. */
async function save(button) {
  const view = views.get(button.closest("[data-chart]"));
  const kind = button.dataset.chartSave;
  const ground = view.background();
  view.background(getComputedStyle(document.body).backgroundColor);
  const picture = kind === "svg" ? new Blob([await view.toSVG()], { type: "image/svg+xml" }) : await png(view);
  view.background(ground);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(picture);
  link.download = `${button.dataset.name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function png(view) {
  const canvas = await view.toCanvas(2);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-save]");
  if (button) save(button);
});
document.addEventListener("fourfits:theme", drawAll);
document.addEventListener("htmx:load", drawAll);
dark.addEventListener("change", drawAll);
drawAll();
