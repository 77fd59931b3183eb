const input = element.querySelector("input");

// The value is ISO text; it may also be set from elsewhere.
const show = () => {
  const value = props.value || "";
  if (input.value !== value) input.value = value;
};
show();
watch("value", show);
input.addEventListener("change", () => {
  props.value = input.value;
  window.datelineDay(element.closest("#since") ? "since" : "until", input.value);
});
