import { keyVaultVersionCheck } from "../../../cli/doctor/checks/key-vault-version";
import { Facts } from "../../../cli/doctor/facts";
import type { StateResource } from "../../../cli/engine/deployment";
import { useClock } from "../../../lib/startup/clock";

const of = (...types: string[]): StateResource[] =>
  types.map((type) => ({ type, urn: `urn:pulumi:dev::p::${type}::partner-${type.split(":").at(-1) ?? ""}` }));
const former = of("azure-native:keyvault:Vault", "azure-native:keyvault:Secret", "azure-native:keyvault/v20250501:Key");
const moved = of("azure-native:keyvault/v20260201:Vault", "pulumi-nodejs:dynamic/partner:VaultSecret");

test.each<[day: string, resources: StateResource[], state: string, command: string[] | undefined]>([
  ["2027-02-26", former, "warning", ["up", "--stack", "dev"]],
  ["2027-02-27", former, "failed", ["up", "--refresh=false", "--stack", "dev"]],
  ["2027-02-27", moved, "ok", undefined],
  ["2027-02-27", [], "skipped", undefined],
])("on %s the state %j is %s", async (day, resources, state, command) => {
  const goBack = useClock(() => Date.parse(day));
  const facts = new Facts({ stack: "dev" });
  Object.assign(facts, { deployment: () => Promise.resolve({ resources, pending: [] }) });
  const found = await keyVaultVersionCheck.look(facts);
  goBack();
  expect([found.state, found.fixes?.flatMap(({ commands = [] }) => commands.map(({ args }) => args))]).toEqual([
    state,
    command === undefined ? (state === "skipped" ? [] : undefined) : [command],
  ]);
  if (command !== undefined)
    expect(found.what).toMatch(/\(Vault partner-Vault, Secret partner-Secret, Key partner-Key\)$/u);
});
