// What can be done with one answer: copy it, and say what one thinks of it.
const NOTED = "dl-note-text";
const seen = new Set();
let shown = null; // the part that knows what was thought
let trigger = () => {};
let held = null; // a note being written or a text to copy, and the turn that it stands under

const opened = () => shown?.querySelector(".dl-opened");
const keeps = () => !shown?.querySelector(".dl-keeps-nothing");
const thought = () => JSON.parse(opened()?.dataset.thought || "{}");

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// The conversation is drawn anew as an answer grows: what stands in it only here is put back.
function look() {
  const all = thought();
  let fresh = false;
  for (const row of document.querySelectorAll("#conversation .dl-turn[data-finished=yes] .dl-tools")) {
    const turn = row.dataset.turnId;
    if (!seen.has(turn)) fresh = seen.add(turn).size > 0;
    const [verdict, note] = all[turn] ?? ["", ""];
    for (const thumb of row.querySelectorAll(".dl-thumb")) {
      const pressed = String(thumb.dataset.verdict === verdict);
      if (thumb.getAttribute("aria-pressed") !== pressed) thumb.setAttribute("aria-pressed", pressed);
    }
    const button = row.querySelector(".dl-note-button");
    if (!button) continue;
    button.hidden = !verdict;
    put(button, note ? "Change the note" : "Add a note");
    let said = row.querySelector(`.${NOTED}`);
    if (!said && note) {
      said = document.createElement("p");
      said.className = NOTED;
      said.dir = "auto";
      row.append(said);
    }
    if (said) put(said, note);
    if (said) said.hidden = !note;
    if (held?.turn === turn && held.node.parentElement !== row) {
      row.append(held.node);
      if (held.typing) held.node.querySelector("textarea").focus();
    }
  }
  if (fresh && keeps()) {
    say("keeping");
    trigger("settle");
  }
}

hear("turned", look);

function letGo(focus) {
  held?.node.remove();
  held = null;
  focus?.focus();
}

function openForm(row, label, text, readOnly) {
  letGo();
  const form = document.createElement("form");
  form.className = "dl-tool-form";
  const caption = document.createElement("label");
  caption.textContent = label;
  const area = document.createElement("textarea");
  area.rows = readOnly ? 6 : 2;
  area.value = text;
  area.readOnly = readOnly;
  if (!readOnly) area.maxLength = 2000;
  caption.append(area);
  form.append(caption);
  held = { node: form, turn: row.dataset.turnId, typing: true };
  area.addEventListener("focus", () => (held ? (held.typing = true) : null));
  area.addEventListener("blur", () => (held && area.isConnected ? (held.typing = false) : null));
  row.append(form);
  area.focus();
  area.select();
  return form;
}

function button(form, words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "dl-boxed";
  made.textContent = words;
  made.addEventListener("click", act);
  form.append(made);
}

function judge(turn, verdict, note) {
  trigger("judge", { turn, verdict, note });
}

function writeNote(row) {
  const turn = row.dataset.turnId;
  const [verdict, note] = thought()[turn] ?? ["", ""];
  const form = openForm(row, "A note about this answer", note, false);
  const focus = () => document.querySelector(`[data-turn-id="${turn}"] .dl-note-button`);
  const done = () => letGo(focus());
  button(form, "Save the note", () => {
    judge(turn, verdict, form.querySelector("textarea").value);
    done();
  });
  button(form, "Cancel", done);
  form.scrollIntoView({ block: "nearest" });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it undoes nothing else
    done();
  });
}

function copy(source) {
  const row = source.closest(".dl-tools");
  copyText(source.dataset.copy, (left) => {
    if (!left) {
      source.textContent = "Copied";
      setTimeout(() => (source.textContent = "Copy answer"), 2000);
      return;
    }
    const form = openForm(row, "Copy this text", source.dataset.copy, true);
    button(form, "Close", () => letGo(source));
    form.scrollIntoView({ block: "nearest" });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      letGo(source);
    });
  });
}

document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("#conversation .dl-tools > button");
  if (!chosen) return;
  const row = chosen.closest(".dl-tools");
  const turn = row.dataset.turnId;
  if (chosen.dataset.copy !== undefined) copy(chosen);
  else if (chosen.classList.contains("dl-note-button")) writeNote(row);
  else if (chosen.dataset.verdict) {
    const [verdict, note] = thought()[turn] ?? ["", ""];
    const takenBack = verdict === chosen.dataset.verdict;
    if (takenBack && held?.turn === turn) letGo();
    judge(turn, takenBack ? "" : chosen.dataset.verdict, takenBack ? "" : note);
  }
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
