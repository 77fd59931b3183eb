// The question box, and the questions that wait their turn: none that is entered is ever dropped.
const SEEN = 20; // of those that wait
const waiting = []; // {question, filters, failed}, the first to be asked first
let asked = null; // the one that is being answered
let leaving = null; // lets go of what comes after the last answer
let settled = false; // whether a conversation that the address names has come
let trigger = null;
const log = () => document.querySelector(".dl-log");
const turns = () => document.querySelectorAll(".dl-turn");

const line = element("ol", "dl-waiting");
line.setAttribute("aria-label", "Questions that wait their turn");
const told = element("p", "dl-error");
told.setAttribute("role", "alert");
told.hidden = true;

// By the document, which hears the box from the moment it is there: scripts within the page wait
// for Gradio's style, which may be long on its way.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "question") return;
  event.preventDefault();
  enter(box().value);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== box() || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  enter(box().value);
});
document.addEventListener("click", ({ target }) => {
  if (target.id === "stop") stop();
});
line.addEventListener("click", ({ target }) => {
  const place = Number(target.closest("[data-place]")?.dataset.place);
  if (target.closest("[data-back]")) takeBack(place);
  else if (target.closest("[data-again]")) {
    waiting[place].failed = "";
    next();
  }
});

/** A question is entered: it is asked now, or once those before it are answered. */
function enter(question) {
  const text = question.trim();
  if (!text) return;
  waiting.push({ question: text, filters: filters.given(), edits: filters.editing });
  filters.edit(false);
  if (question === box().value) box().value = "";
  tellWrong("");
  for (const each of waiting) each.failed = "";
  next();
}

/** Ask the last question again, where it was asked. */
function retry() {
  waiting.unshift({ question: document.querySelector(".dl-turn:last-child .dl-question").textContent, retry: true });
  next();
}

function takeBack(place) {
  const [taken] = waiting.splice(place, 1);
  if (!box().value) box().value = taken.question;
  box().focus();
  show();
  next();
}

function tellWrong(text) {
  told.textContent = text;
  told.hidden = !text;
}

function show() {
  if (!line.isConnected) byId("question")?.before(line, told);
  const rows = waiting.slice(0, SEEN).map((each, place) => {
    const row = element("li", each.failed ? "dl-failed" : "");
    row.dataset.place = place;
    const words = element("span", "dl-waiting-words", each.question);
    words.dir = "auto";
    row.append(element("span", "dl-small", each.failed || "Next:"), " ", words, " ");
    if (each.failed) row.append(Object.assign(element("button", "dl-plain", "Ask again"), {}));
    row.querySelector("button")?.setAttribute("data-again", "");
    const back = element("button", "dl-plain", "Take back");
    back.dataset.back = "";
    row.append(back);
    return row;
  });
  const more = waiting.length - rows.length;
  if (more > 0) rows.push(element("li", "dl-small", `And ${more} more.`));
  line.replaceChildren(...rows);
}

async function next() {
  show();
  if (asked || !waiting.length || waiting[0].failed || !page.name || !settled || !log()) return;
  asked = waiting.shift();
  show();
  const mine = asked;
  const after = turns().length - (mine.retry || mine.edits ? 1 : 0);
  const kept = turns()[after]; // put back where nothing comes of it
  leaving?.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  let begun = false;
  put(after + 1, pending(after + 1, mine.question));
  say("asking", { question: mine.question });
  try {
    await work(
      "ask",
      { question: mine.question, filters: mine.filters, retry: mine.retry, after },
      (said) => {
        if (signal.aborted) return;
        begun = true;
        if (said.error) throw new Error(said.error);
        if (said.html) put(said.turn, make(said.html).firstChild);
        if (said.finished) done(mine);
        if (said.suggestions !== undefined) say("suggested", said.suggestions);
      },
      signal,
    );
    if (asked === mine) throw new Error("The answer broke off.");
  } catch (error) {
    if (signal.aborted && asked !== mine) return;
    if (!begun) {
      turns()[after]?.remove();
      if (kept) log().append(kept);
    } else turns()[after]?.setAttribute("data-finished", "yes");
    fail(mine, describe(error));
  }
}

function done(mine) {
  if (asked !== mine) return;
  asked = null;
  next();
}

/** What came to nothing goes back into the box, or where that is in use waits beside it. */
function fail(mine, why) {
  asked = null;
  if (box().value || waiting.length) {
    waiting.unshift({ ...mine, failed: why });
  } else {
    box().value = mine.question;
    tellWrong(why);
  }
  show();
}

function pending(number, question) {
  const turn = element("section", "dl-turn dl-waiting-turn");
  turn.id = `turn-${number}`;
  turn.dataset.finished = "no";
  const title = element("h2", "dl-question", question);
  title.dir = "auto";
  turn.append(title, element("p", "dl-pending", "Reading the articles…"));
  return turn;
}

/** A turn as it is now; those after it go. */
function put(number, fresh) {
  const all = [...turns()];
  const focus = document.querySelector(".dl-turn :focus-visible");
  for (const each of all.slice(number)) each.remove();
  const old = all[number - 1];
  if (old && old.classList.contains("dl-waiting-turn") === fresh.classList.contains("dl-waiting-turn")) {
    morph(old, fresh);
  } else if (old) old.replaceWith(fresh);
  else log().append(fresh);
  if (focus && !focus.isConnected) box().focus({ preventScroll: true });
  say("turned", { number });
}

function stop() {
  trigger?.("stop");
}

/** A new conversation: what waits goes with the old one. */
function clear() {
  waiting.length = 0;
  asked = null;
  leaving?.abort();
  log().replaceChildren();
  filters.edit(false);
  tellWrong("");
  show();
  say("suggested", "");
  say("turned", { number: 0 });
  trigger?.("clear");
  box().value = "";
  box().focus();
}

/** Once Gradio shows its part; nothing that has the focus by then loses it. */
function focusAgain(from, to, tries = 120) {
  if (document.activeElement !== document.body && document.activeElement !== box()) return;
  box().focus({ preventScroll: true });
  if (document.activeElement === box()) box().setSelectionRange(from, to);
  else if (tries) requestAnimationFrame(() => focusAgain(from, to, tries - 1));
}

parts.asking = (given) => {
  trigger = given.trigger;
  const place = given.element.querySelector(".dl-ask");
  const focused = document.activeElement === box();
  const [from, to] = [box().selectionStart, box().selectionEnd];
  place.prepend(line, told, filters.bar(), byId("question"));
  const more = element("p", "dl-ask-more");
  more.append(element("button", "dl-quiet", "Keys"), element("button", "dl-quiet", "New conversation"));
  more.firstChild.dataset.keys = "yes";
  more.lastChild.id = "clear";
  more.lastChild.addEventListener("click", clear);
  place.append(more);
  byId("early")?.remove();
  if (focused) focusAgain(from, to);
  next();
};

hear("named", next);
hear("settled", () => {
  settled = true;
  next();
});
hear("enter", enter);
hear("retry", retry);
hear("stop", stop);
hear("clear", clear);
// Another conversation is opened in place of this one: what waits is not asked there unsaid.
hear("left", () => {
  asked = null;
  leaving?.abort();
  for (const each of waiting) each.failed = "Not asked:";
  show();
});
