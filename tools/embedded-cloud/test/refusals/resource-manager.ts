import { seeds } from "../../emulator/seeds";
import {
  groupPath,
  roleIds,
  subscriptionPath,
  vaultBody,
  vaultPath,
  versionOf,
  withVersion,
} from "../../testing/azure";
import { tokenFor } from "../../testing/callers";
import { nobody, refusalsOf, type Send } from "./refusal";
import { send, type Sent } from "./send";

const subscription = subscriptionPath({ seeds });
const group = groupPath({ seeds });
const vault = vaultPath({ seeds });
const elsewhere = groupPath({ seeds }, "rg-other");
const definitions = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/`;
const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/audit`;
const accountAt = (name: string, inGroup = group) => `${inGroup}/providers/Microsoft.Storage/storageAccounts/${name}`;
const accountBody = { location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };
const logs = [{ categoryGroup: "audit", enabled: true }];

/** A request and its body; or the name of one, and what differs in it. */
type Step = string | [request: string, ...rest: unknown[]];
type Request = [request: string, body?: unknown];

const named: Readonly<Record<string, (...differing: never[]) => Request>> = {
  aGroup: () => [`PUT ${group}`, { location: "westeurope" }],
  aVault: (properties: object = {}, more: object = {}) => [
    `PUT ${vault}`,
    { ...vaultBody({ seeds }, properties), ...more },
  ],
  anAccount: (body: object = {}, name = "contosostate") => [`PUT ${accountAt(name)}`, { ...accountBody, ...body }],
  anAccountElsewhere: () => [`PUT ${accountAt("contosostate", elsewhere)}`, accountBody],
  anAssignment: (changes: object = {}, name = nobody, scope = group) => [
    `PUT ${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    {
      properties: {
        roleDefinitionId: `${definitions}${roleIds.vaultReader}`,
        principalId: seeds.users.serviceAccount.id,
        ...changes,
      },
    },
  ],
  aSetting: (properties: object, name = "audit") => [
    `PUT ${vault}/providers/Microsoft.Insights/diagnosticSettings/${name}`,
    { properties: { logs, ...properties } },
  ],
};

function requestOf(step: Step): Request {
  const [name, ...rest] = typeof step === "string" ? [step] : step;
  const known = named[name] as ((...differing: unknown[]) => Request) | undefined;
  return known === undefined ? [name, rest[0]] : known(...rest);
}

/** The last of these requests, after the ones before it; each with an `api-version` of its type. */
const manager =
  (steps: readonly Step[], sent: Sent = {}): Send =>
  async (cloud) => {
    const answers: Response[] = [];
    for (const [request, body] of steps.map(requestOf)) {
      const [method = "", path = ""] = request.split(/ (.*)/u);
      const versioned = `${method} ${withVersion(path, versionOf(path.split("?")[0] ?? ""))}`;
      answers.push(await send(cloud, "resourceManager", versioned, { body, ...sent }));
    }
    return answers.at(-1) ?? new Response();
  };

const make = (properties: object, more?: object): Send => manager(["aGroup", ["aVault", properties, more]]);
const policy = { tenantId: seeds.partner.id, objectId: nobody, permissions: { secrets: ["get"] } };
/** After the vault, a workspace, and an account in another region. */
const there = (...steps: Step[]): Send => {
  const north = { ...accountBody, location: "northeurope" };
  const destinations: Step[] = [
    [`PUT ${workspace}`, { location: "westeurope" }],
    ["anAccount", north, "contosonorth"],
  ];
  return manager(["aGroup", "aVault", ...destinations, ...steps]);
};

/** Refusals of Resource Manager and its providers, in the emulator as well. */
export const resourceManagerRefusals = refusalsOf(
  "resource-manager",
  {
    manager: (_, steps: Step[], sent?: Sent) => manager(steps, sent),
    get: (_, path: string) => manager([[`GET ${path}`]]),
    unserved: (path) => manager([[`GET ${subscription}${path}`]]),
    withoutVersion: () => (cloud) => fetch(`${cloud.origins.resourceManager}/subscriptions`),
    withEndedToken: () => async (cloud) => {
      const audience = cloud.origins.resourceManager;
      const headers = { authorization: `Bearer ${await tokenFor(cloud, audience, {}, -1)}` };
      return await fetch(`${audience}/subscriptions?api-version=2022-12-01`, { headers });
    },
    putGroup: (_, body: unknown) => manager([[`PUT ${group}`, body]]),
    assign: (_, changes?: object, name?: string, before: Step[] = []) =>
      manager(["aGroup", ...before, ["anAssignment", changes, name]]),
    make: (_, properties: object, more?: object) => make(properties, more),
    put: (_, body: unknown) => manager(["aGroup", [`PUT ${vault}`, body]]),
    /** After the vault is created, with properties that differ. */
    afterwards: (_, step: Step, properties?: object) => manager(["aGroup", ["aVault", properties], step]),
    patch: (_, body: unknown) => manager(["aGroup", "aVault", [`PATCH ${vault}`, body]]),
    putSecret: (_, properties: object, name = "token") =>
      manager(["aGroup", "aVault", [`PUT ${vault}/secrets/${name}`, { properties }]]),
    withPolicies: (_, changes: object[]) => make({ accessPolicies: changes.map((one) => ({ ...policy, ...one })) }),
    rules: (_, values: string[]) => make({ networkAcls: { ipRules: values.map((value) => ({ value })) } }),
    networks: (_, id: string) => make({ networkAcls: { virtualNetworkRules: [{ id }] } }),
    container: (_, name: string, properties?: object) =>
      manager([
        ...["aGroup", "anAccount"],
        [`PUT ${accountAt("contosostate")}/blobServices/default/containers/${name}`, { properties }],
      ]),
    key: (_, properties: object) => manager(["aGroup", "aVault", [`PUT ${vault}/keys/pulumi`, { properties }]]),
    there: (_, ...steps: Step[]) => there(...steps),
    settings: (_, steps: Step[]) => there(...steps),
    toWorkspace: (_, asked: object[]) => there(["aSetting", { workspaceId: workspace, logs: asked }]),
  },
  {
    ...{ subscription, group, vault, definitions, workspace, north: accountAt("contosonorth"), ...roleIds },
    subnet: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/default",
    tooManyTags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, "x"])),
  },
);
