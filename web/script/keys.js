// The keys of the whole page; the dialog lists them.
const dialog = () => document.querySelector(".dl-keys");
let recalled = null;

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-keys]")) dialog()?.showModal();
  if (target === dialog() || target.closest?.(".dl-keys [data-shut]")) dialog().close();
});

const typing = (target) =>
  target.closest("input, textarea, select, [contenteditable], [role=listbox]") !== null;

function write(text) {
  const input = box();
  input.value = text;
  input.setSelectionRange(text.length, text.length);
}

// Up in the empty box goes back through what was asked, Down forward again.
function recall(key) {
  const asked = [...document.querySelectorAll(".dl-question")].map((each) => each.textContent);
  const at = recalled === null || asked[recalled] !== box().value ? null : recalled;
  if (!asked.length || (at === null && (box().value || key === "ArrowDown"))) return false;
  const next = at === null ? asked.length - 1 : at + (key === "ArrowUp" ? -1 : 1);
  if (next >= 0) recalled = next < asked.length ? next : null;
  if (next >= 0) write(next < asked.length ? asked[next] : "");
  return true;
}

function step(from, kind, by) {
  const all = [...document.querySelectorAll(kind)].filter((each) => each.checkVisibility());
  all[all.indexOf(from) + by]?.focus();
}

function toQuestion() {
  say("tab", "ask");
  box()?.focus();
}

// What is nearest to being done is undone first.
function escape(target) {
  const editing = document.querySelector(".dl-editing:not([hidden]) [data-off]");
  if (target.closest("#reader, #conversations")) return false; // they close themselves
  if (document.querySelector(".dl-turn[data-finished=no]")) say("stop");
  else if (editing) editing.click();
  else if (document.querySelector("#reader .dl-article") && !typing(target)) say("shut-reader");
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.isComposing || dialog()?.open || !target.closest) return;
  if (key === "Escape" && menuIsOpen()) return; // which the browser closes
  const chip = target.closest(".dl-chip");
  const example = target.closest(".dl-example");
  let done = true;
  if (key === "Escape") done = escape(target);
  else if (key === "/" && !typing(target)) toQuestion();
  else if (key === "?" && !typing(target)) dialog()?.showModal();
  else if (target === box() && /^Arrow(Up|Down)$/.test(key)) done = recall(key);
  else if (chip && /^Arrow(Left|Right)$/.test(key)) step(chip, ".dl-chip", key === "ArrowLeft" ? -1 : 1);
  else if (example && /^Arrow(Up|Down)$/.test(key)) step(example, ".dl-example", key === "ArrowUp" ? -1 : 1);
  else done = false;
  if (done) event.preventDefault();
});
