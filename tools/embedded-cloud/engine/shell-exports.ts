/** One word for a POSIX shell, whatever it contains. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The lines to evaluate: variables for other clouds are unset, the required ones are exported. */
export function exportLines(variables: Readonly<Record<string, string>>, foreign: readonly string[]): string {
  const unset = foreign.filter((name) => !(name in variables)).map((name) => `unset ${name}`);
  const set = Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}`);
  return [...unset, ...set].map((line) => `${line}\n`).join("");
}
