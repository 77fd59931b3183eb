// Until then the list is on its way as it is without these days.
function onceListed(then) {
  if (document.querySelector(".dl-masthead")) then();
  else requestAnimationFrame(() => onceListed(then));
}

// A link that asks: the query of the address, once.
watch("value", () => {
  const names = ["q", "since", "until", "publisher", "article"];
  const given = new URLSearchParams(props.value);
  if (!names.some((name) => given.has(name))) return;
  trigger("follow", { query: props.value });
  for (const name of ["since", "until"]) {
    const day = given.get(name) ?? "";
    if (!Number.isNaN(Date.parse(day))) onceListed(() => window.datelineDay(name, day));
  }
});
