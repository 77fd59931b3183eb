// The passage of a citation, while the citation is pointed at or has the focus.
const GAP = 6;
let shown = null;
let leaving = 0;
let pointer = null; // where it was last seen
let dismissed = null; // where it was when Escape hid a passage: what lay beneath is not pointed at

const passageOf = (chip) => byId(chip.getAttribute("aria-describedby"));

function place() {
  const chip = shown.chip.getBoundingClientRect();
  const passage = shown.passage;
  const { offsetWidth: width, offsetHeight: height } = passage;
  const widest = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(chip.left, widest - width - 8));
  const above = chip.top - height - GAP;
  passage.style.left = `${left}px`;
  passage.style.top = `${above >= 8 ? above : chip.bottom + GAP}px`;
}

function hide() {
  clearTimeout(leaving);
  if (shown?.passage.matches(":popover-open")) shown.passage.hidePopover();
  shown = null;
}

function show(chip) {
  clearTimeout(leaving);
  if (shown?.chip === chip) return;
  hide();
  const passage = passageOf(chip);
  if (!passage?.showPopover) return;
  shown = { chip, passage };
  passage.showPopover();
  place();
}

// A moment to move from the citation to its passage.
function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, 200);
}

const placeOf = (event) => `${event.clientX} ${event.clientY}`;
document.addEventListener("pointermove", (event) => (pointer = placeOf(event)), { passive: true });

// On a touch screen a tap opens the article, as a click does.
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  pointer = placeOf(event);
  if (pointer === dismissed) return;
  dismissed = null;
  const chip = event.target.closest?.(".dl-chip");
  if (chip) show(chip);
  else if (event.target.closest?.(".dl-passage")) clearTimeout(leaving);
});
document.addEventListener("pointerout", (event) => {
  if (event.target.closest?.(".dl-chip, .dl-passage")) leave();
});
document.addEventListener("focusin", (event) => {
  const chip = event.target.closest?.(".dl-chip");
  if (chip?.matches(":focus-visible")) show(chip);
});
document.addEventListener("focusout", hide);
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".dl-chip")) hide();
});
document.addEventListener(
  "scroll",
  (event) => {
    if (!shown || event.target === shown.passage) return;
    const { top, bottom } = shown.chip.getBoundingClientRect();
    if (bottom < 0 || top > window.innerHeight) hide();
    else place();
  },
  { passive: true, capture: true },
);
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !shown) return;
    hide();
    dismissed = pointer;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);
hear("turned", () => {
  if (shown && !shown.chip.isConnected) hide();
  else if (shown) place();
});
