// What all scripts of the page share. Gradio starts each of its parts by name, once it is there.
const parts = {};
const page = { name: "" }; // what Gradio calls this page, once it is known
const byId = (id) => document.getElementById(id);
const box = () => byId("question-box");
const menuIsOpen = () => document.querySelector("[popover='']:popover-open") !== null;
const phone = window.matchMedia("(max-width: 55.99rem)");

window.dateline = { start: (name, given) => parts[name](given) };
const filters = {}; // what `filters.js` puts there: which articles are asked

const say = (event, detail) => document.dispatchEvent(new CustomEvent(`dateline:${event}`, { detail }));
const hear = (event, act) => document.addEventListener(`dateline:${event}`, ({ detail }) => act(detail));

function make(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function element(kind, className, text = "") {
  const made = document.createElement(kind);
  made.className = className;
  made.textContent = text;
  if (kind === "button") made.type = "button";
  return made;
}

/** Make one node like another, and touch nothing in it that is like it already. */
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
  after.forEach((each, place) => (before[place] ? morph(before[place], each) : old.append(each)));
  for (const each of before.slice(after.length)) each.remove();
}

/** Long work: what the server tells of it, one object after the other. */
async function work(name, asked, told, signal) {
  const answer = await fetch(`long/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ page: page.name, ...asked }),
    signal,
  });
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.detail ?? `The server answered ${answer.status}.`);
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    held += value;
    const events = held.split("\n\n");
    held = events.pop();
    for (const each of events) if (each.startsWith("data: ")) told(JSON.parse(each.slice(6)));
  }
}

const LOST = "The server cannot be reached. Is `dateline chat` still running?";
const describe = (error) => (error instanceof TypeError ? LOST : error.message);

/** Another tab of this browser is told what changed. */
const tabs = new BroadcastChannel("dateline");

/** Copy a text, and say so; where the clipboard is not allowed it is there to be copied by hand. */
async function copyText(text, button, place, label, done = () => flash(button, "Copied")) {
  try {
    await navigator.clipboard.writeText(text);
    done();
  } catch {
    openField(place, label, text, button);
  }
}

function flash(button, words) {
  button.dataset.words ??= button.textContent;
  button.textContent = words;
  setTimeout(() => (button.textContent = button.dataset.words), 2000);
}

/** A field under an answer, to copy from, or to write in where there is something to save. */
function openField(place, label, text, opener, save = null) {
  const form = element("form", "dl-tool-form");
  const caption = element("label", "", label);
  const rows = Math.min(6, text.split("\n").length + 1);
  const area = Object.assign(element("textarea", ""), { rows, value: text, readOnly: !save });
  const close = element("button", "dl-boxed", save ? "Cancel" : "Close");
  const done = () => {
    form.remove();
    opener.focus();
  };
  close.addEventListener("click", done);
  caption.append(area);
  form.append(caption, close);
  if (save) {
    area.maxLength = 2000;
    const keep = element("button", "dl-boxed", "Save the note");
    keep.addEventListener("click", () => {
      save(area.value);
      done();
    });
    close.before(keep);
  }
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it undoes nothing else
    done();
  });
  place.querySelector(".dl-tool-form")?.remove();
  place.append(form);
  area.focus();
  area.select();
  form.scrollIntoView({ block: "nearest" });
}

/** Tabs: one of them is chosen, by a click or the arrow keys; `chosen` is told what it controls. */
function makeTabs(shown, chosen) {
  const tabs = [...shown.querySelectorAll("[role=tab]")];
  function choose(tab) {
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    }
    chosen(tab.getAttribute("aria-controls"));
  }
  shown.addEventListener("click", ({ target }) => {
    const tab = target.closest("[role=tab]");
    if (tab) choose(tab);
  });
  shown.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const place = tabs.indexOf(event.target);
    if (!step || place < 0) return;
    event.preventDefault();
    const next = tabs[(place + step + tabs.length) % tabs.length];
    choose(next);
    next.focus();
  });
  return choose;
}

// What Gradio calls this page, and the way out for who is logged in.
parts.account = ({ element: shown, watch }) => {
  const look = () => {
    page.name = shown.querySelector("[data-page]")?.dataset.page ?? page.name;
    say("named");
  };
  watch("value", look);
  look();
  shown.addEventListener("click", async (event) => {
    if (!event.target.closest("#log-out")) return;
    await fetch("logout", { method: "POST", body: "", redirect: "manual" });
    location.assign("login");
  });
};
