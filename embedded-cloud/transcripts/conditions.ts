/** What can be made so on the stage while a command runs, as an administrator makes it so, and what is so of itself. */
import { readFile } from "node:fs/promises";
import { administrator } from "./administrator";
import type { Condition } from "./chapter";
import type { Stage } from "./stage";

/** Entra refuses every redemption of a refresh token with this AADSTS number. */
export function entraRefusesTheToken(code: number): Condition {
  return async (stage) => {
    const fault = {
      service: "authority",
      path: "*/token",
      form: { grant_type: "refresh_token" },
      entra: code,
      times: 0,
    };
    await administer(stage, "POST", "faults", fault);
    return () => administer(stage, "DELETE", "faults");
  };
}

const day = 24 * 60 * 60 * 1000;

/** The vault's record of a secret's end is this many days away. */
export function endsInDays(what: "refreshTokenName" | "clientSecretName", days: number): Condition {
  return async (stage) => {
    const { vault } = await administrator(stage);
    const name = stage.outputs[what];
    const { id, attributes } = await vault.newest(name);
    // The last second of that day, so that it is the same number of whole days at any time of this one.
    const exp = Math.floor(Date.now() / day + days + 1) * (day / 1000) - 1;
    await vault.update(id, { exp });
    return () => vault.update(id, { exp: attributes.exp });
  };
}

/** Microsoft Graph, application permission Group.Read.All. */
const groupReadAll = "5b567255-7703-4780-807c-7be8301ae99b";
const microsoftGraph = "00000003-0000-0000-c000-000000000000";

interface Application {
  web: { redirectUris: string[] };
  requiredResourceAccess: { resourceAppId: string; resourceAccess: object[] }[];
}

/** Somebody took the first reply URL away. */
export const replyUrlIsGone: Condition = (stage) =>
  changed(stage, ({ web }) => ({ web: { redirectUris: web.redirectUris.filter((url) => url.startsWith("http:")) } }));

/** Somebody took a reply URL away and added a permission. */
export const applicationIsTamperedWith: Condition = (stage) =>
  changed(stage, ({ web, requiredResourceAccess }) => ({
    web: { redirectUris: web.redirectUris.filter((url) => url.startsWith("http:")) },
    requiredResourceAccess: requiredResourceAccess.map((access) =>
      access.resourceAppId === microsoftGraph
        ? { ...access, resourceAccess: [...access.resourceAccess, { id: groupReadAll, type: "Role" }] }
        : access,
    ),
  }));

async function changed(
  stage: Stage,
  change: (application: Application) => Partial<Application>,
): Promise<() => Promise<void>> {
  const { graph } = await administrator(stage);
  const path = `/applications/${stage.outputs.applicationObjectId}`;
  const { web, requiredResourceAccess } = (await graph("GET", path)) as Application;
  await graph("PATCH", path, change({ web, requiredResourceAccess }));
  return async () => {
    await graph("PATCH", path, { web, requiredResourceAccess });
  };
}

async function administer({ cloud }: Stage, method: string, path: string, body?: object): Promise<void> {
  const token = await readFile(cloud.ready.adminTokenFile, "utf8");
  const response = await fetch(`${cloud.ready.url}/_admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new Error(`The embedded cloud answered ${response.status} to ${method} ${path}: ${await response.text()}`);
  }
}
