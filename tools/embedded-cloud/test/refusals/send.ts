import type { Emulator } from "../../emulator/emulator";
import type { Origins } from "../../emulator/context";
import { tokenFor, type Caller } from "../../testing/callers";

export interface Sent {
  /** Sent as JSON; a text is sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The token: the deployer's with these changes, or none. */
  caller?: Caller | "nobody";
}

/** Sends `POST /path` to a service of the global cloud, with a token of that service's audience. Redirects are not followed. */
export async function send(
  cloud: Emulator,
  service: keyof Origins,
  request: string,
  { body, headers = {}, caller = {} }: Sent = {},
): Promise<Response> {
  const origin = cloud.origins[service];
  const [method = "", ...path] = request.split(" ");
  return fetch(`${origin}${path.join(" ")}`, {
    method,
    redirect: "manual",
    headers: {
      ...(caller !== "nobody" && { authorization: `Bearer ${await tokenFor(cloud, origin, caller)}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}
