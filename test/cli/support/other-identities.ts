/** Identities that the command of `exec` must not find, and the refusals after which a client looks for another one. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Stage } from "./stage";

/** What a person is signed in with: each would be found by DefaultAzureCredential. @param folder an empty one */
export async function toolsOfAPerson(folder: string): Promise<{ PATH: string; called: () => Promise<string> }> {
  const [calls, bin] = [join(folder, "calls"), join(folder, "bin")];
  await mkdir(bin, { recursive: true });
  await writeFile(calls, "");
  for (const tool of ["az", "azd", "pwsh", "powershell"]) {
    await writeFile(join(bin, tool), `#!/bin/sh\necho "${tool} $*" >> '${calls}'\n`, { mode: 0o755 });
  }
  return { PATH: [bin, process.env["PATH"]].join(delimiter), called: () => readFile(calls, "utf8") };
}

/** Each makes the endpoint refuse a token for Microsoft Graph. @returns the options of `exec` */
export const refusals: Readonly<Record<string, (stage: Stage) => string[]>> = {
  "no consent of the customer": ({ emulator }) => ["--tenant", emulator.seeds.customers[0].domain],
  "a resource that is not handed out": () => ["--resource", "partner-center"],
  "a revoked token": (stage) => failing(stage, { entra: 50173 }),
  "an outage": (stage) => failing(stage, { status: 503 }),
};

function failing({ emulator }: Stage, fault: object): string[] {
  emulator.faults.add({ service: "authority", form: { grant_type: "refresh_token" }, times: 0, ...fault });
  return [];
}
