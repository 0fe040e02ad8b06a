/** Azure CLI's version is read where a printed line depends on it, from a stand-in of `az`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { azureCliFor } from "../../../cli/doctor/azure-cli";
import { az, type Command, run } from "../../../lib/errors/failure";

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "az-version-"));
});
afterEach(() => {
  rmSync(bin, { recursive: true });
});

async function toldBy(version: string | undefined, ...commands: Command[]) {
  const said = JSON.stringify({ "azure-cli": version }, undefined, 2);
  if (version !== undefined) writeFileSync(join(bin, "az"), `#!/bin/sh\ncat <<'E'\n${said}\nE\n`, { mode: 0o755 });
  const env = { PATH: version === undefined ? bin : [bin, process.env["PATH"]].join(delimiter) };
  return await azureCliFor([{}, { fixes: [run("Do that", ...commands)] }], env);
}

const show = az("keyvault", "show", "--name", "contoso");
const ofSecret = az("keyvault", "secret", "recover", "--name", "one");

test("one that is older than a printed line needs is a warning that names both versions and the day", async () => {
  expect(await toldBy("2.89.1", ofSecret, show)).toMatchObject({
    name: "azure-cli",
    title: "Azure CLI",
    state: "warning",
    what: "2.89.1; after 2027-02-27 the lines above of az keyvault need 2.90.0 or later",
    fixes: [{ text: "Update it: https://learn.microsoft.com/cli/azure/update-azure-cli" }],
  });
});

test.each<[string, string | undefined, Command[]]>([
  ["is new enough", "2.90.0", [show]],
  ["is not there", undefined, [show]],
  ["is asked for the vault's content alone", "2.60.0", [ofSecret]],
  ["is in no printed line", "2.60.0", []],
])("nothing is said of one that %s", async (_, version, commands) => {
  expect(await toldBy(version, ...commands)).toBeUndefined();
});
