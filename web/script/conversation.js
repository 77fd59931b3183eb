// The log: what the server sends of a whole conversation, and what a reader does with a turn.
parts.conversation = ({ element: shown, trigger, props, watch }) => {
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
    const { citation, turn, article, story, about, quote } = button.dataset;
    if (citation || article || story) say("opener", button);
    if (citation) trigger("cite", { turn, citation });
    else if (article) trigger("open", { article });
    else if (story) trigger("story", { article: story });
    else if (about) filters.only(about, button.dataset.title);
    else if (quote !== undefined) copyQuote(button, quote);
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

function flash(button, words) {
  const before = button.textContent;
  button.textContent = words;
  setTimeout(() => (button.textContent = before), 2000);
}

function copyQuote(button, quote) {
  copyText(quote, (left) => {
    if (!left) flash(button, "Copied");
    else leaveToCopy(button.closest("figure"), "Copy this quote", left, button);
  });
}

function copyLink(button) {
  const link = new URL(button.dataset.link, location.origin + location.pathname).href;
  const told = button.parentElement.querySelector(".dl-told");
  copyText(link, (left) => {
    if (!left) told.textContent = "Link copied.";
    else leaveToCopy(told, "Link to this question", left, button);
  });
}

/** What could not be copied, to be copied by hand. */
function leaveToCopy(place, label, text, opener) {
  const field = element("input", "dl-link");
  field.readOnly = true;
  field.value = text;
  field.setAttribute("aria-label", label);
  place.querySelector(".dl-link")?.remove();
  place.append(field);
  field.focus();
  field.select();
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    field.remove();
    opener.focus();
  });
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
  shown.addEventListener("click", (event) => {
    const button = event.target.closest("[data-question]");
    if (button) say("enter", button.dataset.question);
  });
};
