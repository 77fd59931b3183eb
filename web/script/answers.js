// What can be done with one answer: copy it, and say what one thinks of it.
const seen = new Set();
let shown = null; // the part that knows what was thought
let trigger = () => {};
let written = null; // where a note was begun last

const opened = () => shown?.querySelector(".dl-opened");
const keeps = () => !shown?.querySelector(".dl-keeps-nothing");
const thought = (turn) => JSON.parse(opened()?.dataset.thought || "{}")[turn] ?? ["", ""];

// What is written in the log is read out: nothing is that stands there already.
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function look() {
  let fresh = false;
  for (let row of document.querySelectorAll("#conversation .dl-turn[data-finished=yes] .dl-tools")) {
    const turn = row.dataset.turnId;
    if (row !== written && turn === written?.dataset.turnId && written.querySelector("form")) {
      row.replaceWith(written); // the log was sent again, without what is being written
      row = written;
    }
    if (!seen.has(turn)) fresh = seen.add(turn).size > 0;
    const [button, said] = row.querySelectorAll(".dl-note-button, .dl-note-text");
    if (!button) continue;
    const [verdict, note] = thought(turn);
    for (const thumb of row.querySelectorAll(".dl-thumb")) {
      thumb.setAttribute("aria-pressed", String(thumb.dataset.verdict === verdict));
    }
    button.hidden = !verdict;
    said.hidden = !note;
    put(button, note ? "Change the note" : "Add a note");
    put(said, note);
  }
  if (fresh && keeps()) {
    say("keeping");
    trigger("settle");
  }
}

hear("turned", look);

document.addEventListener("click", ({ target }) => {
  const chosen = target.closest?.("#conversation .dl-tools > button");
  if (!chosen) return;
  const row = chosen.closest(".dl-tools");
  const turn = row.dataset.turnId;
  const [verdict, note] = thought(turn);
  const judge = (verdict, note) => trigger("judge", { turn, verdict, note });
  if (chosen.dataset.copy !== undefined) copyText(chosen.dataset.copy, chosen, row, "Copy this text");
  else if (chosen.classList.contains("dl-note-button")) {
    written = row;
    openField(row, "A note about this answer", note, chosen, (text) => judge(verdict, text));
  } else if (verdict === chosen.dataset.verdict) {
    row.querySelector(".dl-tool-form")?.remove();
    judge("", ""); // taken back
  } else judge(chosen.dataset.verdict, note);
});

// The address names the open conversation, so that loading the page again brings it back.
function name() {
  look();
  if (!opened()) return;
  const id = opened().dataset.conversation ?? "";
  const now = decodeURIComponent(location.hash.slice(1));
  if (id && id !== now) history.replaceState(history.state, "", `${location.pathname}#${id}`);
  if (!id && now) history.replaceState(history.state, "", location.pathname + location.search);
  say("settled");
}

parts.tools = (given) => {
  shown = given.element;
  trigger = given.trigger;
  given.watch("value", name);
  // The sheet of an article may have been opened before the conversation had a name.
  window.addEventListener("popstate", () => location.hash || name());
  if (!keeps()) {
    say("settled");
    return;
  }
  const asks = new URLSearchParams(location.search).has("q");
  const named = asks ? "" : decodeURIComponent(location.hash.slice(1));
  trigger("arrive", { conversation: named });
  setTimeout(() => say("settled"), named ? 10_000 : 0); // a question does not wait for ever
};
