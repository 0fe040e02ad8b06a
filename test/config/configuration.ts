/** Stack configurations in the engine's form: every value is a text, objects are JSON. */
import { readBootstrap } from "../../lib/config/bootstrap";
import { regionOf } from "../../lib/config/clouds";
import { configurationOf } from "../../lib/config/model-file";
import { readSettings, SettingsError } from "../../lib/config/settings";
import { ownEndpoints } from "../support/own-endpoints";

const regions = new Map<string, string>(Object.entries(regionOf));

/** The required settings of a stack. */
export const least = {
  cloud: "AzureCloud",
  displayName: "Partner Center Web App",
  vault: { name: "partner-tokens", resourceGroupName: "partner-tokens", location: "westeurope" },
  consent: { account: "svc-partner@partner.example" },
} as const;

/** The required settings of a stack that adopts an application and a vault. */
export const leastExisting = {
  cloud: "AzureCloud",
  existingApplication: "11111111-2222-4333-8444-555555555555",
  vault: { uri: "https://partner-tokens.vault.azure.net/" },
  consent: { account: "svc-partner@partner.example" },
} as const;

/** The required settings of a bootstrap stack. */
export const leastBootstrap = {
  cloud: "AzureCloud",
  ci: { github: { repository: "contoso/partner" } },
} as const;

/** Settings without effect in a stack that creates everything. */
const ofWhatExists = new Set([
  "existingApplication",
  "changeSignInAudience",
  "credential.vaultSecretName",
  "vault.uri",
]);

/** The required configuration with one path replaced (undefined omits the setting); lists are written with `[]` for their only entry. */
export function withSetting(path: string, value: unknown): Record<string, unknown> {
  const [first = "", ...rest] = path.replaceAll("[]", ".0").split(".");
  if (path === "ci" || path.startsWith("ci."))
    return { ...leastBootstrap, ci: placed(bootstrapFor(path), rest, value) };
  const base: Record<string, unknown> = { ...(ofWhatExists.has(path) ? leastExisting : least) };
  // A vault must be in a region of its stack's cloud.
  if (path === "cloud")
    base["vault"] = { ...least.vault, location: regions.get(String(value)) ?? least.vault.location };
  // A resource with a permission.
  if (path.startsWith("permissions.extra[].")) {
    base["permissions"] = { extra: [{ resource: "Microsoft Graph", delegated: ["User.Read"] }] };
  }
  // A reader has both of its parts.
  if (path.startsWith("vault.readers[].")) {
    const principal = { principalId: "11111111-2222-4333-8444-555555555555", principalType: "User" };
    base["vault"] = { ...least.vault, readers: [principal] };
  }
  // None of a public cloud's hosts goes with one's own.
  if (path.startsWith("endpoints.")) base["endpoints"] = ownEndpoints();
  // What is rotated outlives the next rotation.
  if (/^credential\.(?:rotateEvery|overdueDays)/u.test(path))
    base["credential"] = { rotateEvery: "90d", validityMonths: 24 };
  return { ...base, [first]: placed(base[first], rest, value) };
}

/** Below ci: one provider, and the required siblings of a path's parent. */
function bootstrapFor(path: string): object {
  const azureDevOps = { organization: "contoso", project: "partner", issuer: "https://vstoken.example/1" };
  const subjects = [{ connection: "global", subject: "/prefix/sc/1/2" }];
  if (path.startsWith("ci.azureDevOps")) {
    return { azureDevOps: { ...azureDevOps, ...(path.startsWith("ci.azureDevOps.subjects[]") && { subjects }) } };
  }
  const state = { account: "contosostate", location: "westeurope", vault: "contoso-state" };
  return { ...leastBootstrap.ci, ...(path.startsWith("ci.state") && { state }) };
}

function placed(base: unknown, [first, ...rest]: string[], value: unknown): unknown {
  if (first === undefined) return value;
  if (first === "0") return [placed(Array.isArray(base) ? base[0] : undefined, rest, value)];
  const object = (base ?? {}) as Record<string, unknown>;
  return { ...object, [first]: placed(object[first], rest, value) };
}

export const valueAt = (settings: object, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);

/** The settings of a model's stack, or of a bootstrap stack. */
export const readAny = (values: Readonly<Record<string, unknown>>, root = "/nowhere"): object =>
  values["ci"] === undefined
    ? readSettings(configurationOf(values), root)
    : readBootstrap(configurationOf(values), root);

/** The whole text of the error that a configuration causes; fails the test if there is none. */
export function problemsOf(values: Readonly<Record<string, unknown>>, root = "/nowhere"): string {
  try {
    readAny(values, root);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error(`No problem was found in ${JSON.stringify(values)}`);
}

/** The one block of a single problem, without the heading. */
export function problemOf(values: Readonly<Record<string, unknown>>): string {
  const [heading, ...blocks] = problemsOf(values).split("\n\n");
  expect(heading).toBe("The configuration of this stack has 1 problem:");
  expect(blocks).toHaveLength(1);
  return blocks.join("");
}
