/** The page's one script: buttons that copy a command, and a search. It folds again what it unfolds: all rows take a browser a second. */
export const script = `
for (const [index, code] of document.querySelectorAll("pre code").entries()) {
  const button = document.createElement("button");
  code.id = "command-" + index;
  Object.assign(button, { type: "button", textContent: "Copy", ariaLive: "polite" });
  button.setAttribute("aria-describedby", code.id);
  button.addEventListener("click", () => {
    getSelection().selectAllChildren(code);
    // The clipboard's newer interface needs a permission. What is selected can be copied by hand as well.
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
    setTimeout(() => (button.textContent = "Copy"), 3000);
  });
  code.after(button);
}
for (const form of document.querySelectorAll("form")) {
  const part = form.parentElement, rows = [...part.querySelectorAll("tbody tr")], more = part.querySelector("details");
  const [words, state, count] = ["input", "select", "output"].map((name) => form.querySelector(name));
  const texts = new Map();
  let unfolded = false;
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const find = () => {
    const wanted = words.value.toLowerCase().split(/\\s+/);
    let found = 0;
    for (const row of rows) {
      const isIn = (!state.value || row.dataset.state === state.value) && wanted.every((word) => textOf(row).includes(word));
      row.hidden = !isIn;
      found += isIn;
    }
    const isAll = found === rows.length;
    count.textContent = isAll ? "" : found.toLocaleString("en-US") + " of " + rows.length.toLocaleString("en-US");
    if (more && (isAll ? unfolded : !more.open)) more.open = unfolded = !isAll;
  };
  form.addEventListener("input", find);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
}
`;
