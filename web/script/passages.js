// The passage of a citation, while the citation is pointed at or has the focus; the style places it.
let shown = null;
let leaving = 0;
let pointer = null; // where it was last seen
let dismissed = null; // where it was when Escape hid a passage: what lay beneath is not pointed at

function hide() {
  clearTimeout(leaving);
  if (shown?.passage.matches(":popover-open")) shown.passage.hidePopover();
  shown = null;
}

function show(chip) {
  clearTimeout(leaving);
  if (shown?.chip === chip) return;
  hide();
  const passage = byId(chip.getAttribute("aria-describedby"));
  if (!passage?.showPopover) return;
  shown = { chip, passage };
  passage.showPopover({ source: chip });
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
});
