const SETTLED = 150; // milliseconds
let dropping = false;
let settling = 0;

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drop]");
  if (!button) return;
  dropping = true;
  const { drop } = button.dataset;
  if (drop === "since" || drop === "until") window.datelineDay(drop, "");
  trigger("drop", { what: button.dataset.drop, which: button.dataset.which });
});

// Of several changes at once, answers may come in any order: look again once they are in.
watch("value", () => {
  clearTimeout(settling);
  settling = setTimeout(() => trigger("settle"), SETTLED);
});

// The focus goes to the next filter, or to the question once there is none.
watch("value", () => {
  if (window.datelineNarrowed) {
    window.datelineNarrowed = false;
    document.querySelector("#question :is(input, textarea)").focus();
  }
  if (!dropping) return;
  // Each redraw takes the focus away anew; once it is elsewhere it stays there.
  if (document.activeElement === document.body) {
    const next = element.querySelector("[data-drop]");
    (next ?? document.querySelector("#question :is(input, textarea)"))?.focus();
  } else if (!element.contains(document.activeElement)) {
    dropping = false;
  }
});
