// Draws the charts in the theme that the reader prefers; prints in the light one.
(() => {
  const root = document.documentElement;
  const looks = JSON.parse(document.getElementById("looks").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try { chosen = localStorage.getItem("fourfits-theme"); } catch { /* a file: page may have no storage */ }

  const theme = () => chosen ?? (dark.matches ? "dark" : "light");

  function draw(name) {
    root.dataset.theme = name;
    for (const place of document.querySelectorAll(".chart")) {
      const spec = JSON.parse(place.querySelector("script").textContent);
      spec.config = looks[name];
      const frame = place.querySelector(".drawn");
      const options = { actions: false, renderer: "svg", tooltip: { theme: name } };
      vegaEmbed(frame, spec, options).catch((problem) => { frame.textContent = problem.message; });
    }
  }

  document.getElementById("theme").addEventListener("click", () => {
    chosen = theme() === "dark" ? "light" : "dark";
    try { localStorage.setItem("fourfits-theme", chosen); } catch { /* the choice lasts for this visit */ }
    draw(chosen);
  });
  dark.addEventListener("change", () => { if (!chosen) draw(theme()); });
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.numbers")) part.open = true;
    draw("light");
  });
  addEventListener("afterprint", () => draw(theme()));
  draw(theme());
})();
