/** Runs gh and az with the sign-in of this machine's user. No argument and no input contains a secret. */
import * as v from "valibot";
import { type FoundGroup, listingGroups } from "../../lib/ci-identities/azure-devops";
import type { AzureDevOps } from "../../lib/ci-identities/provider";
import { byPerson, type Command, command, Failure, type Fix, sentence } from "../../lib/errors/failure";
import { commandLine } from "../../lib/errors/text";
import { UsageError } from "../terminal/exit-code";
import { outputOf } from "../terminal/program-output";

/** Runs one line, which may be piped into another. @throws Failure with the program's own message */
export async function runLine({ program, args, into }: Command, input = ""): Promise<void> {
  const { code, out, said } = await outputOf({ program, args }, {}, input);
  // GitHub's answer to a branch policy that exists already.
  if (code !== 0 && !said.includes("(HTTP 303)")) {
    const what = `${commandLine({ program, args })} failed: ${said.trim() || `exit code ${String(code)}`}`;
    throw new Failure("ci-set-up", what, sentence("Fix that, then run this again."));
  }
  if (into !== undefined) await runLine(into, out);
}

/** Why gh cannot be used, and what a person does then. */
export async function ghMissing(): Promise<{ what: string; fixes: Fix[] } | undefined> {
  const { code } = await outputOf({ program: "gh", args: ["auth", "status"] });
  if (code === 0) return undefined;
  const signIn = byPerson("Sign in with gh", command("gh", "auth", "login"));
  if (code !== undefined) return { what: "Nobody is signed in with gh.", fixes: [signIn] };
  return { what: "There is no gh on PATH.", fixes: [sentence("Install it: https://cli.github.com"), signIn] };
}

/** GitHub's answer: its body; or of a refusal its status and its words. */
export type Reply<T = unknown> = { body: T } | { status: number; said: string };

/** @param path below https://api.github.com/ @param shape of the answer, as a proxy may answer instead */
export async function readGh<T>(path: string, shape: v.GenericSchema<unknown, T>): Promise<Reply<T>> {
  const { code, out, said } = await outputOf({ program: "gh", args: ["api", path] });
  if (code === 0) {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), out);
    if (read.success) return { body: read.output };
    return { status: 0, said: `the answer to gh api ${path} is not GitHub's` };
  }
  const [, words = said.trim(), status = "0"] = /^gh: (.*) \(HTTP (\d{3})\)$/mu.exec(said) ?? [];
  return { status: Number(status), said: words };
}

export const refusalIn = ({ status, said }: { status: number; said: string }): string =>
  status === 0 ? said : `GitHub answers ${status}, ${said}`;

const groupsShape = v.array(
  v.looseObject({
    id: v.number(),
    name: v.string(),
    // The value of a secret is null.
    variables: v.record(v.string(), v.looseObject({ value: v.nullish(v.string()) })),
  }),
);

/** The variable groups of a project of Azure DevOps, read with the extension azure-devops. */
export async function findGroups(azureDevOps: AzureDevOps, ...fixes: readonly Fix[]): Promise<FoundGroup[]> {
  const { program, args } = listingGroups(azureDevOps);
  const { code, out, said } = await outputOf({ program, args: [...args, "--output", "json"] });
  if (code !== 0) throw new UsageError(code === undefined ? "There is no az on PATH." : said.trim(), ...fixes);
  return v.parse(groupsShape, JSON.parse(out)).map(({ id, name, variables }) => ({
    id,
    name,
    variables: Object.fromEntries(Object.entries(variables).map(([key, { value }]) => [key, value ?? ""])),
  }));
}
