/** A stack's own endpoints: an object in its configuration, or a JSON file with one, which the embedded cloud writes. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import type { Endpoints } from "./clouds";

const origin = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text) && text.startsWith("https://") && new URL(text).origin === text),
);

export const endpointsSchema = v.strictObject({
  authority: v.exactOptional(origin),
  partnerCenter: v.exactOptional(origin),
  microsoftGraph: v.exactOptional(origin),
  resourceManager: v.exactOptional(origin),
  azureAdGraph: v.exactOptional(origin),
  vaultSuffix: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/u))),
  metadataHost: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z0-9.-]+(:\d{1,5})?$/u))),
});

/** What an endpoints file holds, unchecked. */
export interface EndpointsFile {
  endpoints: unknown;
  /** Port of this machine's sign-ins where `consent.port` names none: two checkouts may run stack dev at once. */
  signInPort?: unknown;
}

/**
 * @param folder where a relative path starts
 * @throws Error naming the file and what writes it
 */
export function readEndpointsFile(path: string, folder: string): EndpointsFile {
  try {
    const content = JSON.parse(readFileSync(resolve(folder, path), "utf8")) as unknown;
    if (typeof content !== "object" || content === null || !("signInPort" in content)) return { endpoints: content };
    const { signInPort, ...endpoints } = content;
    return { endpoints, signInPort };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new Error(
      `The endpoints file ${path} cannot be read: ${why}. The embedded cloud writes its own when it starts: npm start -- --keep`,
    );
  }
}

/**
 * Endpoints as a command takes them.
 * @param text a JSON object, or the path of a file that holds one
 * @throws Error naming the first problem
 */
export function parseEndpoints(text: string, folder: string): Partial<Endpoints> {
  const value = text.trimStart().startsWith("{") ? parseJson(text) : readEndpointsFile(text, folder).endpoints;
  const result = v.safeParse(endpointsSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new Error(
    `The endpoint "${v.getDotPath(issue) ?? ""}" is not valid: ${JSON.stringify(issue.path?.at(-1)?.value)}. ` +
      `Known are ${Object.keys(endpointsSchema.entries).join(", ")}; origins are https, without a path.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`The endpoints are neither JSON nor the path of a file: ${(error as Error).message}`);
  }
}
