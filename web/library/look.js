// What a reader looks for: one record, which every part of the tab changes through here.
let looked = {};
window.datelineLook = (changes) => {
  looked = { ...looked, page: 0, ...changes };
  props.value = JSON.stringify(looked);
  if ("since" in changes) trigger("brush");
  document.dispatchEvent(new CustomEvent("dateline-look", { detail: looked }));
};

// Another tab may have changed the index meanwhile.
function comeBack() {
  if (document.hidden) return;
  const open = document.querySelector("#reader [data-shown]");
  trigger("returned", { article: open?.dataset.shown ?? "" });
}
window.addEventListener("focus", comeBack);
document.addEventListener("visibilitychange", comeBack);
