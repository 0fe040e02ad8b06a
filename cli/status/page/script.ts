/** The page's one script, a search. It folds again what it unfolds: all rows take a browser a second. */
export const script = `
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
