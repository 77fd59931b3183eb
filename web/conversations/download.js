let handedOver = "";

watch("value", () => {
  const file = element.querySelector(".dl-download");
  if (!file || file.dataset.number === handedOver) return;
  handedOver = file.dataset.number;
  const blob = new Blob([file.dataset.text], { type: `${file.dataset.type};charset=utf-8` });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = file.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  props.value = "";
});
