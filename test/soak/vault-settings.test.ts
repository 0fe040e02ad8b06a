/** A change of each setting of a stack's own vault: what its preview says, `up` does. */
import { seedsOf } from "../../embedded-cloud/testing/emulator";
import { askResourceManager } from "../../embedded-cloud/testing/azure";
import { stackForEach } from "../e2e/support/deployed-once";
import { devVault } from "../e2e/support/dev-configuration";
import { type Finished, type Project } from "../e2e/support/project";

const group = `/subscriptions/${seedsOf("AzureCloud").subscription.id}/resourceGroups/security`;
const workspaceId = `${group}/providers/Microsoft.OperationalInsights/workspaces/audit`;
const reader = { principalId: "3f0a6f0e-5b0c-4c57-9d0e-6a1f3b7c2d41", principalType: "User" };

let project: Project;
stackForEach({ deployed: true }, async (started) => {
  project = started;
  const ask = await askResourceManager(project.emulator);
  for (const path of [group, workspaceId]) await ask("PUT", path, { location: "westeurope" });
});

function outcome({ code, text }: Finished): string[] {
  const errors = [...text.matchAll(/^ *error: (.*)$/gmu)].map(([, said = ""]) => said);
  if (code !== 0) return errors.filter((said) => said !== "preview failed" && said !== "update failed").slice(0, 1);
  return Object.keys(stepsIn(text)).sort();
}

/** The steps of a run with `--diff` after its refresh, each with the inputs that change: of a secret, which changes its form, their names. */
function stepsIn(text: string): Record<string, string[]> {
  const [, said = text] = text.split("from ARM_TENANT_ID.\n");
  const [all = ""] = said.split(/^ {4}--outputs:--$|^Resources:$/mu);
  const steps = all.split(/^(?= {4}[~+-]{1,2} *\S)/mu).flatMap((step): [string, string[]][] => {
    const [, first = ""] = /^ {4}([~+-]{1,2} ?\S.*)$/mu.exec(step) ?? [];
    const [inputs = ""] = step.split(/^ {8}--outputs:--$/mu);
    const lines = [...inputs.matchAll(/^ {6}([~+-] \S.*)$/gmu)].map(([, line = ""]) => line);
    const alignment = first.includes(":VaultSecret:") ? /\s*: .*$/u : / +(?=: )/u;
    return first === "" ? [] : [[first, lines.map((line) => line.replace(alignment, ""))]];
  });
  return Object.fromEntries(steps);
}

const update = "~ azure-native:keyvault/v20260201:Vault: (update)";
const fixed = (setting: string, is: string, has: string) =>
  expect.stringContaining(`this cannot change: ${setting} is ${is}, and it has ${has}.`) as string;
const nextVault = [
  "+-azure-native:authorization:RoleAssignment: (replace)",
  "+-azure-native:keyvault/v20260201:Vault: (replace)",
  "+-pulumi-nodejs:dynamic/partner:Consent: (replace)",
  "~ pulumi-nodejs:dynamic/partner:VaultCreateMode: (update)",
  "~ pulumi-nodejs:dynamic/partner:VaultSecret: (update)",
];

test.each<[setting: string, changed: object, says: readonly string[]]>([
  ["networkRules", { networkRules: { ipRules: ["127.0.0.1"] } }, [update]],
  ["readers", { readers: [reader] }, ["+ azure-native:authorization:RoleAssignment: (create)"]],
  ["diagnostics", { diagnostics: workspaceId }, ["+ azure-native:monitor:DiagnosticSetting: (create)"]],
  ["retentionDays", { retentionDays: 8 }, [fixed("vault.retentionDays", "8", "7")]],
  ["location", { location: "northeurope" }, [fixed("vault.location", "northeurope", "westeurope")]],
  [
    "resourceGroupName",
    { resourceGroupName: "others" },
    [expect.stringContaining("is in resource group partner-tokens")],
  ],
  // The stack is not protected.
  ["createResourceGroup", { createResourceGroup: false }, ["- azure-native:resources:ResourceGroup: (delete)"]],
  ["name", { name: "other-tokens" }, nextVault],
])("%s", async (_, changed, says) => {
  await project.configure({ vault: { ...devVault, ...changed } });
  const preview = outcome(await project.pulumi("preview", "--diff"));
  const up = outcome(await project.pulumi("up", "--yes", "--skip-preview", "--diff"));
  expect([preview, up]).toEqual([says, says]);
});
