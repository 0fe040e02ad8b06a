/** Wrong or missing options of doctor: each printed line is the same command with the right option, run as printed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DoctorOptions } from "../../cli/doctor/facts";
import { fixesAreFor } from "../../cli/terminal/printed-fixes";
import { type Stage, stageForEach } from "../cli/support/stage";
import { finding, repairs } from "./support/here";
import { linesOf, printedFixes, typed } from "./support/printed";
import { commandsIn } from "./support/robot";

let stage: Stage;
let folder: string;
let commands: string;
stageForEach((fresh) => {
  stage = fresh;
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
  commands = await commandsIn(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const environment = (...without: string[]): NodeJS.ProcessEnv => {
  const entries = Object.entries(stage.environment({ PATH: commands }));
  return Object.fromEntries(entries.filter(([name]) => !without.some((one) => name.startsWith(one))));
};

interface Row {
  fix: string;
  /** The check that prints it. */
  name: string;
  options?: DoctorOptions;
  /** Variables that are not set. */
  without?: string[];
  fill: () => Record<string, string>;
}

const vault = (): Record<string, string> => ({ uri: stage.vaultUri });

test.each<Row>([
  {
    name: "cloud",
    fix: "cli/doctor/checks/target.ts: Name one of {}",
    options: { cloud: "AzureGermanCloud" },
    fill: () => ({ cloud: "AzureCloud" }),
  },
  {
    name: "tenant",
    fix: "cli/doctor/checks/target.ts: Name it",
    without: ["ARM_"],
    fill: () => ({ "GUID or domain": stage.tenantId }),
  },
  {
    name: "vault",
    fix: "cli/doctor/checks/vault.ts: Name one of this cloud ({})",
    options: { vault: "https://contoso.vault.azure.cn" },
    fill: vault,
  },
  {
    name: "vault",
    fix: "cli/doctor/checks/vault.ts: Name one that is there ({})",
    without: ["SECURE_APP_MODEL_VAULT"],
    fill: vault,
  },
  {
    name: "application",
    fix: "cli/doctor/checks/application.ts: Name one that is there",
    fill: () => ({ "client id": stage.application.clientId }),
  },
])("$name: $fix", async ({ fix, name, options = {}, without = [], fill }) => {
  const given = Object.entries(options).map(([option, value]) => [`--${option}`, String(value)]);
  fixesAreFor(["doctor", ...given.flat()]);
  const env = environment(...without);
  const printed = await finding(name, options)(env);
  const lines = printedFixes(printed ?? [], fix).flatMap((one) => linesOf(one, fill()));
  const { stdout } = await typed({ env }, [`${lines.join("\n")} --json || true`]);
  const results = JSON.parse(stdout) as { name: string; state: string; what: string }[];
  expect(results.find((one) => one.name === name)).toMatchObject({ state: "ok" });
});

test("without any login a service principal is named", async () => {
  const { ARM_TENANT_ID = "", ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "" } = environment();
  await repairs(
    { env: environment("ARM_") },
    {
      look: finding("login"),
      fix: "lib/azure/credential-error.ts: Name a service principal",
      fill: { tenant: ARM_TENANT_ID, "client id": ARM_CLIENT_ID, "client secret": ARM_CLIENT_SECRET },
    },
  );
});
