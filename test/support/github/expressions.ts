/** The expressions that this repository's workflows use, and no others. */

/** Contexts by name, such as matrix, vars, github. */
export type Contexts = Readonly<Record<string, unknown>>;

/** The job's status when a step's condition is evaluated. */
export type JobStatus = "success" | "failure";

/** Replaces `${{ … }}` by values. @throws Error for an expression of another form, and for a name without a value */
export function evaluated(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gu, (_, expression: string) => {
    const [, whole] = /^\s*toJSON\((\w+)\)\s*$/u.exec(expression) ?? [];
    return whole === undefined ? valueOf(expression.trim(), contexts) : JSON.stringify(contexts[whole]);
  });
}

/** @param condition of a step or job: terms that must all be true, or of which one must; without a status function it implies success() */
export function holds(condition: string | undefined, status: JobStatus, contexts: Contexts): boolean {
  const terms = (condition ?? "").split("&&").map((term) => term.trim());
  const asksStatus = terms.some((term) => /^(?:always|failure|success)\(\)$/u.test(term));
  return (asksStatus || status === "success") && terms.every((term) => termHolds(term, status, contexts));
}

function termHolds(term: string, status: JobStatus, contexts: Contexts): boolean {
  if (term.includes(" || ")) return term.split(" || ").some((one) => termHolds(one, status, contexts));
  if (term === "" || term === "always()") return true;
  if (term === "success()" || term === "failure()") return term === `${status}()`;
  const [, path = term, operator, expected] = /^(\S+) ([!=]=) '([^']*)'$/u.exec(term) ?? [];
  const value = valueOf(path, contexts);
  return expected === undefined ? value !== "" : (value === expected) === (operator === "==");
}

/** Contexts in which a name without a value is empty, as on GitHub. */
const open = new Set(["inputs", "vars", "secrets", "steps", "jobs", "needs"]);

function valueOf(path: string, contexts: Contexts): string {
  const [context = "", ...names] = path.split(".");
  let value = contexts[context];
  for (const name of names) value = (value as Record<string, unknown> | undefined)?.[name];
  if (value === undefined && open.has(context)) return "";
  if (!/^[\w.-]+$/u.test(path) || !["string", "number", "boolean"].includes(typeof value))
    throw new Error(`The test runner has no ${path}.`);
  return String(value);
}
