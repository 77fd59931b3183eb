element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  window.datelineOpener = button.id ? `#${button.id}` : null;
  if (button.dataset.citation) {
    trigger("cite", { turn: button.dataset.turn, citation: button.dataset.citation });
  } else if (button.dataset.article) {
    trigger("open", { article: button.dataset.article });
  }
});

// The newest answer stays in view as it grows, but its question never leaves at the top.
watch("value", () => {
  const turn = [...element.querySelectorAll(".dl-turn")].pop();
  if (!turn) return;
  const { top, bottom } = turn.getBoundingClientRect();
  const form = document.querySelector(".dl-ask").offsetHeight;
  const hidden = bottom + form - window.innerHeight;
  if (hidden > 0) window.scrollBy(0, Math.min(hidden, top - 16));
});
