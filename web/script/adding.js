// One panel to add articles: its progress and its report stand in it, and small in the masthead.
let begin = () => {};
hear("add", (asked) => begin(asked));

parts.adding = ({ element: shown, upload }) => {
  const report = () => byId("report");
  let running = 0;

  makeTabs(shown, (chosen) => {
    for (const each of shown.querySelectorAll("[role=tabpanel]")) each.hidden = each.id !== chosen;
  });

  function progress(words, title = "", share = null) {
    const line = element("p", "dl-progress");
    line.setAttribute("role", "status");
    const bar = element("progress", "");
    bar.setAttribute("aria-label", "Progress");
    if (share !== null) bar.value = share;
    const name = element("span", "dl-progress-title", title);
    name.dir = "auto";
    line.append(bar, element("span", "", words), " ", name);
    report().replaceChildren(line);
    say("under-way", words);
  }

  function wrong(words, field) {
    const place = field && shown.querySelector(`[name=${field}]`);
    const told = element("p", "dl-error", words);
    told.setAttribute("role", "alert");
    if (place) {
      told.id = "add-wrong";
      place.setAttribute("aria-invalid", "true");
      place.setAttribute("aria-describedby", told.id);
      place.closest(".dl-field").append(told);
      place.focus();
      report().replaceChildren();
    } else report().replaceChildren(told);
  }

  function tidy() {
    shown.querySelector("#add-wrong")?.remove();
    for (const each of shown.querySelectorAll("[aria-invalid]")) {
      each.removeAttribute("aria-invalid");
      each.removeAttribute("aria-describedby");
    }
  }

  begin = async (asked, emptied = () => {}) => {
    tidy();
    running += 1;
    try {
      await work("add", asked, (said) => {
        if (said.progress) progress(said.progress, said.title, said.share ?? null);
        if (said.error) wrong(said.error, said.field);
        if (said.html) {
          report().replaceChildren(make(said.html));
          if (said.added) emptied();
          say("changed");
        }
      });
    } catch (error) {
      wrong(describe(error));
    }
    running -= 1;
    if (!running) say("under-way", "");
  };

  async function addFiles(files) {
    const chosen = [...files].filter((each) => !each.name.startsWith("."));
    if (!chosen.length) return;
    const paths = [];
    try {
      for (const each of chosen) {
        progress(`Uploading ${paths.length + 1} of ${chosen.length}`, each.name, paths.length / chosen.length);
        paths.push((await upload(each)).path);
      }
    } catch {
      wrong("A file could not be uploaded: it may be too large. What is larger than 500 MB can be added with `dateline add`.");
      say("under-way", "");
      return;
    }
    await begin({ kind: "files", paths });
  }

  for (const name of ["add-file-input", "add-folder-input"]) {
    byId(name).addEventListener("change", async ({ target }) => {
      const files = [...target.files];
      target.value = "";
      await addFiles(files);
    });
  }
  for (const area of shown.querySelectorAll(".dl-drop")) {
    area.addEventListener("dragover", (event) => {
      event.preventDefault();
      area.classList.add("dl-over");
    });
    area.addEventListener("dragleave", () => area.classList.remove("dl-over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      area.classList.remove("dl-over");
      addFiles(event.dataTransfer.files);
    });
  }

  for (const kind of ["url", "text"]) {
    byId(`add-${kind}`).addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target;
      begin({ kind, ...Object.fromEntries(new FormData(form)) }, () => form.reset());
    });
  }
};
