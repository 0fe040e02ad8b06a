import { codes } from "../../../lib/errors/codes";
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
  expect(Object.values(codes).flat()).toContain(error.code);
  expect(error.what).toMatch(/\S/u);
  const fixes = error.fixes.map(({ text, commands }) => {
    const lines = new Set(commands.map(({ line }) => line));
    return lines.size === 0 ? text : `${text}: ${[...lines].join(", then ")}`;
  });
  const texts = [error.what, error.why ?? "", ...fixes].filter((text) => text !== "");
  expect(error.message.replaceAll("; or: ", " ")).toBe(texts.join(" "));
  return error;
}
