/** Before a stack without outputs makes an application: whether it made one before, in an emulator's partner tenant. */
import { identifierOf } from "../../program/resolve/look";
import { requireOtherVault, requireOwnApplication } from "../../program/resolve/own";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import type { Application } from "../../tools/embedded-cloud/testing/directory";
import { type Lookups, lookupsForEach } from "./lookups";

let lookups: Lookups;
lookupsForEach((fresh) => {
  lookups = fresh;
});

const stack = ["pulumi:pulumi:Stack", "pulumi:providers:azuread"];

const application = "azuread:index/application:Application";
const adoption = "pulumi-nodejs:dynamic/partner:Adoption";

interface Asked {
  existingApplication?: string;
  replaceApplication?: string;
}

/** @param types of the state's resources @param clientIds that they show */
async function failureOf(types: readonly string[], clientIds: string[] = [], asked: Asked = {}): Promise<string> {
  const state = { outputs: {}, clientIds, types: new Set(types) };
  const run = requireOwnApplication("partner", { ...lookups.look, state }, asked);
  return await run.then(
    () => "none",
    (error: unknown) => (error as Error).message,
  );
}

function register({ isOwn = false } = {}): Application & { principal: string } {
  const { partner } = lookups.emulator.seeds;
  // Not on the default domain: that may have changed since.
  const identifierUris = isOwn ? [`https://${partner.domains[1]}/${identifierOf(lookups.look, "partner")}`] : [];
  const made = registerApplication(lookups.emulator, { displayName: "Ours", identifierUris });
  return { ...made.application, principal: made.servicePrincipal.id };
}

test("one of this stack beside a state without it is named, and no other is made", async () => {
  expect(await failureOf(stack)).toBe("none");
  const { appId } = register({ isOwn: true });
  expect(await failureOf(stack)).toMatch(
    /^The application "Ours" \(client id \S+\) is this stack's, and the state here has/u,
  );
  expect(await failureOf([...stack, application], [register().appId])).toContain("and the state here is older");
  expect(await failureOf([...stack, application], [appId])).toBe("none");
});

test("a first deployment that was cut off, and one that adopts it, go on", async () => {
  const { id } = register({ isOwn: true });
  expect(await failureOf([...stack, "secure-application-model:index:PartnerApplication"])).toBe("none");
  expect(await failureOf(stack, [], { existingApplication: id })).toBe("none");
});

test("one that the state has lost is taken back, also where its service principal is gone for good", async () => {
  const { appId, principal } = register();
  expect(await failureOf(stack, [appId])).toContain("the state no longer has it");
  partnerTenant(lookups.emulator).servicePrincipals.delete(principal);
  expect(await failureOf(stack, [appId])).toContain("the state no longer has it");
  expect(await failureOf([...stack, application], [appId])).toBe("none");
});

test("one that existed before the stack is not left for a new one, unless a person accepts that", async () => {
  const { appId } = register();
  const other = register().id;
  for (const asked of [{}, { existingApplication: other }])
    expect(await failureOf([...stack, adoption], [appId], asked)).toContain(
      "and the settings name another application",
    );
  expect(await failureOf([...stack, adoption], [appId], { replaceApplication: appId })).toBe("none");
  expect(await failureOf([...stack, adoption], [appId], { existingApplication: appId })).toBe("none");
});

test("each one that outputs or resources show counts: a failed run names the former one", async () => {
  const [former, present] = [register(), register()];
  partnerTenant(lookups.emulator).applications.delete(former.id);
  const ids = [former.appId, present.appId];
  expect(await failureOf([...stack, application], ids)).toContain(
    `The application ${former.appId} was deleted more than 30 days`,
  );
  expect(await failureOf([...stack, application], ids, { replaceApplication: former.appId })).toBe("none");
});

test("the vault that the stack made is not adopted, which would delete it", () => {
  const properties = { vaultUri: "https://tokens.vault.azure.net/" };
  const vault = { name: "tokens", location: "westeurope", properties };
  const state = { outputs: {}, clientIds: [], types: new Set<string>(), vault };
  expect(() => {
    requireOtherVault("https://Tokens.vault.azure.net", state);
  }).toThrow(
    /was made by this stack.*pulumi config rm --path secure-application-model:vault\.uri, then pulumi config set/su,
  );
  expect(() => {
    requireOtherVault("https://other.vault.azure.net", state);
  }).not.toThrow();
});
