import type { FailureDocument } from "../../../lib/errors/document";

/** The document of --json for a failure, in place of data. */
export interface FailureOutput {
  error: FailureDocument & { exitCode: number };
}

/** Compares the parts with the whole text: fails if one of them is missing in it, or contained twice. */
export function failureIn(stdout: string): FailureOutput["error"] {
  const output = JSON.parse(stdout) as FailureOutput;
  expect(Object.keys(output)).toEqual(["error"]);
  const { error } = output;
  expect(Object.keys(error).sort()).toEqual(["code", "exitCode", "fixes", "message", "what", "why"]);
  expect(error.code).toMatch(/^[a-z][a-z-]+$/u);
  expect(error.what).toMatch(/\S/u);
  const texts = [error.what, error.why ?? "", ...error.fixes.map(({ text }) => text)].filter((text) => text !== "");
  expect(error.message.replaceAll("; or: ", " ")).toBe(texts.join(" "));
  for (const { text, commands } of error.fixes) for (const { line } of commands) expect(text).toContain(line);
  return error;
}
