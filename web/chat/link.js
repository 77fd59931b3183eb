// A link that asks: the query of the address, once.
watch("value", () => {
  const names = ["q", "since", "until", "publisher", "article"];
  const given = new URLSearchParams(props.value);
  if (names.some((name) => given.has(name))) trigger("follow", { query: props.value });
});
