/** The ten steps of docs/ci.md, as they stand there. */
import { parts, readDocument } from "../tooling/markdown";

const ciPage = "docs/ci.md";

/** In their order, with their lines for bash. Number N is the Nth. @throws Error where one is not numbered in its order */
export function tenSteps(): string[][] {
  const [first] = parts(readDocument(ciPage)).fences;
  const steps = (first?.text ?? "").split(/^# (?=\d+\. )/mu).filter(Boolean);
  return steps.map((step, index) => {
    if (!step.startsWith(`${index + 1}. `)) throw new Error(`Number ${index + 1} of ${ciPage} is not ${step}`);
    return step.split("\n").filter((line) => line !== "" && !/^(?:#|\d+\.) /u.test(line));
  });
}

/** Names in the place of the page's. @throws Error where one is left */
export function withNames(line: string, names: Readonly<Record<string, string>>): string {
  const named = line.replaceAll(/<[a-z]+>/gu, (placeholder) => names[placeholder] ?? placeholder);
  const [left] = /<[a-z]+>/u.exec(named) ?? [];
  if (left !== undefined) throw new Error(`${ciPage} has ${left}, and nothing is named for it: ${line}`);
  return named;
}
