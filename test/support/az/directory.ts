/** `az ad …` and `az rest`, with the real one's requests to Microsoft Graph. */
import { readFileSync } from "node:fs";
import { consentForEverybody, partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { AzError } from "./arguments";
import type { Commands, Run } from "./commands";

interface Found {
  id: string;
  appId: string;
  accountEnabled?: boolean;
  keyCredentials: { keyId: string }[];
  requiredResourceAccess: { resourceAppId: string; resourceAccess: { id: string; type: string }[] }[];
}

const listed = async <T>(run: Run, path: string): Promise<T[]> =>
  ((await run.graph("GET", `/v1.0/${path}`)) as { value: T[] }).value;

const where = (name: string, value: string): string => `?$filter=${encodeURIComponent(`${name} eq '${value}'`)}`;

async function find(run: Run, set: "applications" | "servicePrincipals"): Promise<Found> {
  const id = run.one("id");
  const [found] = await listed<Found>(run, `${set}${where("appId", id)}`);
  if (found !== undefined) return found;
  return (await run.graph("GET", `/v1.0/${set}/${id}`)) as Found;
}

const application = (run: Run): Promise<Found> => find(run, "applications");
const principal = (run: Run): Promise<Found> => find(run, "servicePrincipals");
const pathOf = ({ id }: Found, set: string): string => `/v1.0/${set}/${id}`;

async function deleteCredential(run: Run, set: "applications" | "servicePrincipals"): Promise<undefined> {
  const found = await find(run, set);
  const keyId = run.one("key-id");
  if (!run.has("cert")) await run.graph("POST", `${pathOf(found, set)}/removePassword`, { keyId });
  else {
    const keyCredentials = found.keyCredentials.filter((key) => key.keyId !== keyId);
    await run.graph("PATCH", pathOf(found, set), { keyCredentials });
  }
  return undefined;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function updateApplication(run: Run): Promise<undefined> {
  const found = await application(run);
  const truth = (name: string) => (run.has(name) ? run.maybe(name) !== "false" : undefined);
  const implicit = {
    ...given("enableAccessTokenIssuance", truth("enable-access-token-issuance")),
    ...given("enableIdTokenIssuance", truth("enable-id-token-issuance")),
  };
  const web = {
    ...given("redirectUris", run.has("web-redirect-uris") ? run.all("web-redirect-uris") : undefined),
    ...(Object.keys(implicit).length === 0 ? {} : { implicitGrantSettings: implicit }),
  };
  await run.graph("PATCH", pathOf(found, "applications"), {
    ...given("isFallbackPublicClient", truth("is-fallback-public-client")),
    ...(Object.keys(web).length === 0 ? {} : { web }),
  });
  return undefined;
}

const given = (name: string, value: unknown): object => (value === undefined ? {} : { [name]: value });

async function addPermission(run: Run): Promise<undefined> {
  const found = await application(run);
  const resourceAppId = run.one("api");
  const added = run.all("api-permissions").map((text) => {
    const [id = "", type] = text.split("=");
    if (type === undefined) throw new AzError(2, `Usage error: Please provide both permission id and type: ${text}`);
    return { id, type };
  });
  const others = found.requiredResourceAccess.filter((one) => one.resourceAppId !== resourceAppId);
  const own = found.requiredResourceAccess.find((one) => one.resourceAppId === resourceAppId)?.resourceAccess ?? [];
  const kept = own.filter(({ id }) => !added.some((one) => one.id === id));
  const requiredResourceAccess = [...others, { resourceAppId, resourceAccess: [...kept, ...added] }];
  await run.graph("PATCH", pathOf(found, "applications"), { requiredResourceAccess });
  return undefined;
}

/** The real one uses the portal's own service: it grants everything that the application declares, to everybody. */
async function consentAsAdministrator(run: Run): Promise<undefined> {
  const { id } = await application(run);
  const found = partnerTenant(run.emulator).applications.get(id);
  if (found !== undefined) consentForEverybody(run.emulator, found);
}

async function rest(run: Run): Promise<unknown> {
  const url = run.one("url");
  const { microsoftGraph } = run.emulator.origins;
  // A token is sent only to its own service.
  if (!url.startsWith(microsoftGraph)) throw new AzError(1, `Can't derive appropriate Azure AD resource from ${url}`);
  const body = run.maybe("body");
  const text = body?.startsWith("@") === true ? readFileSync(body.slice(1), "utf8") : body;
  const method = (run.maybe("method") ?? "get").toUpperCase();
  return await run.graph(
    method,
    url.slice(microsoftGraph.length),
    text === undefined ? undefined : (JSON.parse(text) as object),
  );
}

export const directoryCommands: Commands = {
  rest,
  "ad app list": (run) =>
    listed(run, `applications${run.has("all") ? "" : where("displayName", run.one("display-name"))}`),
  "ad app update": updateApplication,
  "ad app permission add": addPermission,
  "ad app permission admin-consent": consentAsAdministrator,
  "ad app delete": async (run) => await run.graph("DELETE", pathOf(await application(run), "applications")),
  "ad app credential delete": (run) => deleteCredential(run, "applications"),
  "ad app federated-credential delete": async (run) => {
    const path = `${pathOf(await application(run), "applications")}/federatedIdentityCredentials`;
    return await run.graph("DELETE", `${path}/${run.one("federated-credential-id")}`);
  },
  "ad app owner remove": async (run) => {
    const path = `${pathOf(await application(run), "applications")}/owners`;
    return await run.graph("DELETE", `${path}/${run.one("owner-object-id")}/$ref`);
  },
  "ad sp create": (run) => run.graph("POST", "/v1.0/servicePrincipals", { appId: run.one("id"), accountEnabled: true }),
  "ad sp update": async (run) => {
    const changes = run.all("set").map((text) => {
      const [name = "", value = ""] = text.split("=", 2);
      return [name, valueOf(value)] as const;
    });
    return await run.graph("PATCH", pathOf(await principal(run), "servicePrincipals"), Object.fromEntries(changes));
  },
  "ad sp credential delete": (run) => deleteCredential(run, "servicePrincipals"),
  "ad group member add": async (run) => {
    const member = {
      "@odata.id": `${run.emulator.origins.microsoftGraph}/v1.0/directoryObjects/${run.one("member-id")}`,
    };
    await run.graph("POST", `/v1.0/groups/${run.one("group")}/members/$ref`, member);
  },
};
