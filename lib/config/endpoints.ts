/** Endpoints in the configuration or a JSON file: the embedded cloud's ports differ from checkout to checkout. */
import { resolve } from "node:path";
import * as v from "valibot";
import { Failure, sentence } from "../errors/failure";
import { textIn } from "../startup/bounded-file";
import type { Endpoints } from "./clouds";
import { object, optionalText } from "./kinds";
import { configurationBytes } from "./limits";

const isOrigin = (text: string) => URL.canParse(text) && text.startsWith("https://") && new URL(text).origin === text;
const origin = (about: string, host: string) =>
  optionalText(v.pipe(v.string(), v.check(isOrigin)), {
    about,
    allowed: "an https origin",
    example: `https://${host}.example`,
    absent: "the cloud's",
  });

export const endpoints = object("All hosts of a custom cloud, or of the embedded one.", {
  authority: origin("The address for sign-ins.", "login"),
  partnerCenter: origin("Partner Center's API.", "partnercenter"),
  microsoftGraph: origin("Microsoft Graph.", "graph"),
  resourceManager: origin("Azure Resource Manager.", "management"),
  azureAdGraph: origin("Azure AD Graph, which is retired.", "aadgraph"),
  vaultSuffix: optionalText(/^[a-z0-9.-]+$/u, {
    about: "The suffix of the vaults' host names.",
    allowed: "a host name",
    example: "vaults.example",
    absent: "the cloud's",
  }),
  metadataHost: optionalText(/^[a-z0-9.-]+(:\d{1,5})?$/u, {
    about: "The host from which the providers read their endpoints.",
    allowed: "host or host:port, without https://",
    example: "management.example",
    absent: "none",
  }),
} satisfies Record<keyof Endpoints, object>);

const nameThem = sentence(
  "Name a JSON file that is there, with all hosts of the cloud, or their JSON itself; Microsoft's own clouds need none.",
);

/**
 * @returns the content, unchecked; the port is that of sign-ins where `consent.port` is not set
 * @throws Failure with the file's name and the reason why it cannot be read
 */
export function readEndpointsFile(path: string, folder: string): { endpoints: unknown; signInPort?: unknown } {
  try {
    const content = JSON.parse(textIn(resolve(folder, path), configurationBytes)) as unknown;
    if (typeof content !== "object" || content === null || !("signInPort" in content)) return { endpoints: content };
    const { signInPort, ...endpoints } = content;
    return { endpoints, signInPort };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new Failure("endpoints", `The endpoints file ${path} cannot be read: ${why}.`, nameThem);
  }
}

/** @param text a JSON object, or the path of a file with one @throws Failure with the first problem */
export function parseEndpoints(text: string, folder: string): Partial<Endpoints> {
  const value = endpointsNamed(text, folder);
  const result = v.safeParse(endpoints.schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const name = v.getDotPath(issue);
  throw new Failure(
    "endpoints",
    name === null
      ? "The endpoints are not an object."
      : `The endpoint "${name}" is not valid: ${JSON.stringify(issue.path?.at(-1)?.value)}.`,
    sentence(`Known are ${Object.keys(endpoints.entries).join(", ")}; origins are https, without a path.`),
  );
}

/** @returns the content, unchecked @throws Failure if neither can be read */
export const endpointsNamed = (text: string, folder: string): unknown =>
  text.trimStart().startsWith("{") ? parseJson(text) : readEndpointsFile(text, folder).endpoints;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Failure(
      "endpoints",
      `The endpoints are neither JSON nor the path of a file: ${(error as Error).message}.`,
      nameThem,
    );
  }
}
