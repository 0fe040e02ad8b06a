/**
 * The real azuread plugin's requests, replayed in order: the emulator responds to each with the recorded status and at least the
 * recorded properties. The recorded responses come from a stand-in, so their values are neither kept nor compared.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { askService, cloudOf, directoryRoles } from "../../testing/callers";
import { foreignCertificate } from "../../testing/certificates";
import { emulatorForEach } from "../../testing/emulator";
import { recorded, recordedTenant } from "./recorded-tenant";

interface Exchange {
  /** Line in the whole recording. */
  line: number;
  step: string;
  method: string;
  path: string;
  request?: unknown;
  status: number;
  /** Names without values; absent where it is the same as an earlier one. */
  response?: unknown;
}

const recordedExchanges = readFileSync(path.join(__dirname, "recordings/azuread-graph.jsonl"), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Exchange);

/** Recorded ids of the objects that are changed by hand. */
const recordedValues = {
  application: "fa101072-b761-4527-9250-6e43bd1f2d26",
  servicePrincipal: "7fbd0e8b-5ae1-46db-8607-a27aac938ffb",
  password: "db05193e-d7fb-4f85-ae64-4fb7763a2d10",
};

/** The recording's placeholder for a certificate. */
const maskedKey = "<base64 of the whole PEM text>";

/** The certificate that replaces it here. */
const certificate = Buffer.from(foreignCertificate().pem).toString("base64");

/** Lists whose length depends on the seeds. */
const seeded = ["appRoles", "oauth2PermissionScopes", "supportedServices"];

/** Names of generated values in a creation, so that later requests can use the emulator's own. */
const madeUp = ["id", "appId", "keyId"] as const;

const emulator = emulatorForEach((started) => cloudOf(started).tenants.set(recorded.tenant, recordedTenant()));
const ask = askService(emulator, "microsoftGraph", {
  ...{ tid: recorded.tenant, oid: recorded.caller, appid: recorded.client },
  roles: directoryRoles,
});

test("the whole set of resources: create, preview, refresh, repair, update, destroy", async () => {
  const ours = new Map<string, string>();
  expect(await replay(ours, "s1-create", "s2-preview", "s3-refresh")).toEqual([]);
  await tamper(ours);
  expect(await replay(ours, "s4n-up-refresh-repair", "s5b-update", "s6-destroy")).toEqual([]);
});

test.each([
  ["an application with owners and without duplicate names", "o1-owners-nodup-create"],
  ["an identifier URI on a domain that is not verified", "e13-unverified-domain-uri"],
])("%s", async (_, step) => {
  expect(await replay(new Map(), step)).toEqual([]);
});

/** The changes by hand before the repair was recorded. */
async function tamper(ours: Map<string, string>): Promise<void> {
  const [application, member, keyId] = Object.values(recordedValues).map((id) => ours.get(id) ?? "");
  const { body } = await ask("GET", `/v1.0/applications/${application}`);
  const { requiredResourceAccess } = body as { requiredResourceAccess: object[] };
  await ask("DELETE", `/v1.0/groups/${recorded.adminAgents}/members/${member}/$ref`);
  await ask("POST", `/v1.0/applications/${application}/removePassword`, { keyId });
  await ask("PATCH", `/v1.0/applications/${application}`, {
    web: { redirectUris: ["urn:ietf:wg:oauth:2.0:oob"] },
    requiredResourceAccess: [
      ...requiredResourceAccess,
      { resourceAppId: recorded.client, resourceAccess: [{ id: recorded.caller, type: "Scope" }] },
    ],
  });
}

/**
 * Differences between the recorded answers and the emulator's.
 * @param ours the emulator's ids by the recorded ones, collected from the responses to creations
 */
async function replay(ours: Map<string, string>, ...steps: string[]): Promise<string[]> {
  const exchanges = recordedExchanges.filter(({ step }) => steps.includes(step));
  expect(new Set(exchanges.map(({ step }) => step))).toEqual(new Set(steps));
  const differences: string[] = [];
  for (const exchange of exchanges) {
    const [address, request] = translate(exchange, ours);
    const { status, body } = await ask(exchange.method, address, request);
    const where = `${exchange.step} line ${exchange.line}: ${exchange.method} ${exchange.path}`;
    if (status !== exchange.status)
      differences.push(`${where}: ${exchange.status}, not ${status} ${JSON.stringify(body)}`);
    differences.push(...compare(where, exchange.response, body));
    learn(ours, exchange, body);
  }
  return differences;
}

function translate({ path: address, request }: Exchange, ours: Map<string, string>): [string, unknown] {
  let text = JSON.stringify(request === undefined ? [address] : [address, request]);
  text = text.replaceAll(maskedKey, certificate);
  for (const [theirs, own] of ours) text = text.replaceAll(theirs, own);
  return JSON.parse(text) as [string, unknown];
}

function learn(ours: Map<string, string>, exchange: Exchange, body: unknown): void {
  if (exchange.method !== "POST" || !isObject(exchange.response) || !isObject(body)) return;
  for (const name of madeUp) {
    const theirs = exchange.response[name];
    const own = body[name];
    if (typeof theirs === "string" && typeof own === "string") ours.set(theirs, own);
  }
}

/** Checks that every recorded property exists, and that lists have the same length. */
function compare(where: string, theirs: unknown, own: unknown): string[] {
  if (Array.isArray(theirs)) {
    const list: unknown[] = Array.isArray(own) ? own : [];
    if (list.length !== theirs.length) return [`${where}: ${theirs.length} entries, not ${list.length}`];
    const [left, right] = [ordered(theirs), ordered(list)];
    return left.flatMap((entry, index) => compare(`${where}[${index}]`, entry, right[index]));
  }
  if (isObject(theirs)) {
    if (!isObject(own)) return [`${where}: an object, not ${JSON.stringify(own)}`];
    const names = Object.entries(theirs).filter(([name]) => !seeded.includes(name));
    return names.flatMap(([name, value]) =>
      name in own ? compare(`${where} ${name}`, value, own[name]) : [`${where}: no ${name}`],
    );
  }
  return [];
}

/** Graph returns the required resources in an arbitrary order. */
function ordered(list: unknown[]): unknown[] {
  const rank = (entry: unknown): string => (isObject(entry) ? String(entry["resourceAppId"]) : "");
  return list.toSorted((a, b) => rank(a).localeCompare(rank(b)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
