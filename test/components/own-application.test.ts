/** Before a stack without outputs makes an application: whether it made one before, in an emulator's partner tenant. */
import { identifierOf } from "../../components/naming";
import { requireOwnApplication } from "../../components/resolve-own";
import { microsoftGraph } from "../../lib/azure/graph";
import { registerApplication } from "../../embedded-cloud/testing/applications";
import { type Lookups, lookupsForEach } from "./lookups";

let lookups: Lookups;
lookupsForEach((fresh) => {
  lookups = fresh;
});

const stack = ["pulumi:pulumi:Stack", "pulumi:providers:azuread"];

async function failureOf(types: readonly string[], existingApplication?: string): Promise<string | undefined> {
  const { tenantId } = lookups.common;
  const asked = { tenantId, ...(existingApplication !== undefined && { existingApplication }) };
  const state = { outputs: {}, types: new Set(types) };
  const run = requireOwnApplication("partner", microsoftGraph(lookups.cloud, tenantId), asked, state);
  return await run.then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
}

function registerOwn(): string {
  const { partner } = lookups.emulator.seeds;
  const identifierUris = [`https://${partner.domains[1]}/${identifierOf(partner.id, "partner")}`];
  return registerApplication(lookups.emulator, { displayName: "Ours", identifierUris }).application.id;
}

test("one that it made is found on any domain, and named", async () => {
  expect(await failureOf(stack)).toBeUndefined();
  registerOwn();
  expect(await failureOf(stack)).toMatch(
    /^The application "Ours" \(client id \S+\) is this stack's, and the state here has/u,
  );
});

test("a first deployment that was cut off, and one that adopts it, go on", async () => {
  const id = registerOwn();
  expect(await failureOf([...stack, "secure-application-model:index:PartnerApplication"])).toBeUndefined();
  expect(await failureOf(stack, id)).toBeUndefined();
});
