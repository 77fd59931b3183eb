// The log: what the server sends of a whole conversation, and what a reader does with a turn.
parts.conversation = ({ element: shown, props, watch }) => {
  const log = shown.querySelector(".dl-log");
  watch("value", () => {
    const sent = make(props.value ?? "").querySelector("[data-sent]");
    if (!sent) return;
    log.replaceChildren(...sent.childNodes);
    say("turned", { number: 0, whole: true });
  });

  shown.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { quote } = button.dataset;
    if (quote !== undefined) copyText(quote, button, button.closest("figure"), "Copy this quote");
    else if (button.dataset.do === "retry") say("retry");
    else if (button.dataset.do === "edit") edit();
    else if (button.dataset.do === "link") copyLink(button);
    else if (button.dataset.do === "widen") {
      filters.clear();
      say("enter", button.closest(".dl-turn").querySelector(".dl-question").textContent);
    }
  });

  // Only quotes and their marks are copied by hand, not the buttons between them.
  shown.addEventListener("copy", (event) => {
    const selected = getSelection();
    if (selected.isCollapsed) return;
    const piece = selected.getRangeAt(0).cloneContents();
    for (const each of piece.querySelectorAll(".dl-chip, .dl-quote-tools, .dl-doing, .dl-passages")) {
      each.remove();
    }
    event.clipboardData.setData("text/plain", piece.textContent.replace(/[ \t]+/g, " ").trim());
    event.preventDefault();
  });
};

function edit() {
  const all = document.querySelectorAll(".dl-question");
  filters.edit(true);
  box().value = all[all.length - 1].textContent;
  box().focus();
}

function copyLink(button) {
  const link = new URL(button.dataset.link, location.origin + location.pathname).href;
  const row = button.parentElement;
  const told = () => (row.querySelector(".dl-told").textContent = "Link copied.");
  copyText(link, button, row, "Link to this question", told);
}

// The newest answer stays in view as it grows, but its question never leaves at the top.
function follow(extra = 0) {
  const turn = [...document.querySelectorAll(".dl-turn")].pop();
  if (!turn) return;
  const { top, bottom } = turn.getBoundingClientRect();
  const form = document.querySelector(".dl-ask")?.offsetHeight ?? 0;
  const hidden = bottom + extra + form - window.innerHeight;
  if (hidden > 0 || top < 0) window.scrollBy(0, top < 0 ? top - 16 : Math.min(hidden, top - 16));
}

hear("turned", () => {
  const all = document.querySelectorAll(".dl-turn");
  const last = [...all].pop();
  document.title = last ? `${last.querySelector(".dl-question").textContent.slice(0, 120)} – Dateline` : "Dateline";
  follow();
});

parts.suggestions = ({ element: shown }) => {
  hear("suggested", (html) => {
    shown.replaceChildren(make(html));
    if (html) follow(shown.offsetHeight);
  });
  hear("asking", () => shown.replaceChildren());
};
// Wherever a question is offered.
document.addEventListener("click", ({ target }) => {
  const { question } = target.closest?.("button")?.dataset ?? {};
  if (question) say("enter", question);
});
