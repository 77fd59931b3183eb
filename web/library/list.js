let turned = false; // a page was turned: the top of the next one comes into view

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { article, remove, page, everything } = button.dataset;
  if (article) {
    window.datelineOpener = button.id ? `#${button.id}` : null;
    trigger("open", { article });
  } else if (remove) {
    const open = document.querySelector("#reader [data-shown]")?.dataset.shown ?? "";
    button.closest("li").setAttribute("aria-busy", "true");
    trigger("remove", { article: remove, open });
  } else if (page) {
    turned = true;
    window.datelineLook({ page: Number(page) });
  } else if (everything !== undefined) {
    const all = { words: "", publisher: "", since: null, until: null, everything: true };
    window.datelineLook(all);
  }
});

// Arrow keys go from title to title.
element.addEventListener("keydown", (event) => {
  const titles = [...element.querySelectorAll(".dl-open")];
  const place = titles.indexOf(document.activeElement);
  const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: titles.length - 1 };
  if (place < 0 || !(event.key in next)) return;
  event.preventDefault();
  titles[Math.max(0, Math.min(titles.length - 1, next[event.key]))].focus();
});

watch("value", () => {
  for (const row of element.querySelectorAll("[aria-busy]")) row.removeAttribute("aria-busy");
  if (!turned) return;
  turned = false;
  const found = element.querySelector(".dl-found");
  found?.scrollIntoView({ block: "start" });
  found?.focus({ preventScroll: true });
});
