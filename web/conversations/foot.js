const confirm = element.querySelector(".dl-confirm");
const ask = element.querySelector("[data-do=ask-wipe]");

function show(asking) {
  confirm.hidden = !asking;
  ask.hidden = asking;
  (asking ? element.querySelector("[data-do=spare]") : ask).focus();
}

element.addEventListener("click", (event) => {
  const wish = event.target.closest("button")?.dataset.do;
  if (wish === "judged") trigger("judged");
  if (wish === "ask-wipe") show(true);
  if (wish === "spare" || wish === "wipe") show(false);
  if (wish === "wipe") trigger("wipe");
});
