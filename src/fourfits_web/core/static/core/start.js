// Before the first paint: the menu as the reader left it. Small, because it holds the page up.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  if (/(?:^|; )menu=closed/.test(document.cookie)) root.dataset.menu = "closed";
})();
