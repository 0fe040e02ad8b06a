/** Requests of Resource Manager as the deployer, for rows of the list. */
import { seeds } from "../../emulator/seeds";
import { groupPath, subscriptionPath, vaultBody, vaultPath, versionOf, withVersion } from "../../testing/azure";
import type { Send } from "./refusal";
import { send, type Sent } from "./send";

export const subscription = subscriptionPath({ seeds });
export const group = groupPath({ seeds });
export const vault = vaultPath({ seeds });
/** A GUID that is nobody's. */
export const nobody = "11111111-2222-4333-8444-555555555555";

/** A request and its body. */
export type Step = [request: string, body?: unknown];

/** The last of these requests, after the ones before it; each with an `api-version` of its type. */
export const manager =
  (steps: readonly Step[], sent: Sent = {}): Send =>
  async (cloud) => {
    const answers: Response[] = [];
    for (const [request, body] of steps) {
      const [method = "", path = ""] = request.split(/ (.*)/u);
      const versioned = `${method} ${withVersion(path, versionOf(path.split("?")[0] ?? ""))}`;
      answers.push(await send(cloud, "resourceManager", versioned, { body, ...sent }));
    }
    return answers.at(-1) ?? new Response();
  };

export const get = (path: string): Send => manager([[`GET ${path}`]]);

/** The resource group, and a vault with properties that differ. */
export const aGroup: Step = [`PUT ${group}`, { location: "westeurope" }];
export const aVault = (properties: object = {}, more: object = {}): Step => [
  `PUT ${vault}`,
  { ...vaultBody({ seeds }, properties), ...more },
];
