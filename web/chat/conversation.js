element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { citation, turn, article } = button.dataset;
  if (citation || article) window.datelineOpener = button.id ? `#${button.id}` : null;
  if (citation) trigger("cite", { turn, citation });
  else if (article) trigger("open", { article });
  else if (button.dataset.do === "retry") trigger("retry");
  else if (button.dataset.do === "edit") edit();
  else if (button.dataset.do === "link") copyLink(button);
});

const question = () => document.querySelector("#question :is(input, textarea)");

function edit() {
  trigger("edit");
  question().focus();
}

async function copyLink(button) {
  const link = new URL(button.dataset.link, location.origin + location.pathname).href;
  const told = button.parentElement.querySelector(".dl-told");
  try {
    await navigator.clipboard.writeText(link);
    told.textContent = "Link copied.";
  } catch {
    // Where the clipboard is not allowed the link is there to be copied by hand.
    const field = document.createElement("input");
    field.className = "dl-link";
    field.readOnly = true;
    field.value = link;
    field.setAttribute("aria-label", "Link to this question");
    told.replaceChildren("Copy this link:", field);
    field.focus();
    field.select();
  }
}

// The newest answer stays in view as it grows, but its question never leaves at the top.
let turns = 0;
watch("value", () => {
  const all = element.querySelectorAll(".dl-turn");
  if (all.length < turns && !all.length) question().focus();
  turns = all.length;
  const turn = [...all].pop();
  if (!turn) return;
  const { top, bottom } = turn.getBoundingClientRect();
  const form = document.querySelector(".dl-ask").offsetHeight;
  const hidden = bottom + form - window.innerHeight;
  if (hidden > 0 || top < 0) window.scrollBy(0, top < 0 ? top - 16 : Math.min(hidden, top - 16));
});
