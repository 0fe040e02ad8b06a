/** What can be made so on the stage while a command runs, through the embedded cloud's administration. */
import { readFile } from "node:fs/promises";
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
