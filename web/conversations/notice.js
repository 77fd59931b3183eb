element.addEventListener("click", (event) => {
  const wish = event.target.closest("button")?.dataset.do;
  if (wish === "unmake") trigger("unmake");
  if (wish === "hush") props.value = "";
});
