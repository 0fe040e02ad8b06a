/** The token that a workflow's runner or a service connection issues in place of a secret. */
import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { pipedBytes } from "../config/limits";
import { Failure, type Fix, partsOf, sentence } from "../errors/failure";
import { holdSecret } from "../errors/secrets";
import { type JsonRequest, sendJson } from "../http/json";
import { shortRetries, pipelineOf } from "../http/policies";
import { textIn } from "../startup/bounded-file";

/** @returns a function for new tokens, as each expires within minutes; undefined if no variable names a source */
export function oidcToken(cloud: Cloud, environment: NodeJS.ProcessEnv): (() => Promise<string>) | undefined {
  const token = environment["ARM_OIDC_TOKEN"];
  if (token) return () => Promise.resolve(token);
  // A new token is preferred: the engine may have set the file, and writes it only once.
  const asks = environment["ARM_USE_OIDC"] === "true";
  const ofPipeline = requestOfPipeline(environment);
  if (asks && ofPipeline) return ofPipeline;
  const file =
    environment["ARM_OIDC_TOKEN_FILE_PATH"] ?? (asks ? undefined : environment["AZURE_FEDERATED_TOKEN_FILE"]);
  if (file) return () => Promise.resolve(tokenIn(file));
  if (!asks) return undefined;
  const ofJob = requestOfJob(environment, environment["ARM_OIDC_AUDIENCE"] ?? cloud.tokenExchangeAudience);
  if (ofJob) return ofJob;
  const needed = sentence(
    "The job of a GitHub workflow needs permissions: id-token: write; elsewhere set ARM_OIDC_TOKEN_FILE_PATH.",
  );
  return () => Promise.reject(nowhere("ARM_USE_OIDC", needed));
}

const nowhere = (variable: string, needed: Fix): Failure =>
  new Failure("oidc-nowhere", `${variable} is set, but nothing that gives a token.`, needed);

/** Renews the token in the engine's file. Without an issuer or an audience the file is somebody else's. */
export async function renewTokenFile(environment: NodeJS.ProcessEnv): Promise<void> {
  const { ARM_USE_OIDC: asks, ARM_OIDC_AUDIENCE: audience, AZURE_FEDERATED_TOKEN_FILE: file } = environment;
  if (asks !== "true" || !file) return;
  const request = requestOfPipeline(environment) ?? (audience ? requestOfJob(environment, audience) : undefined);
  if (request === undefined) return;
  const token = await request();
  holdSecret(token);
  // Two engines may start at once, and neither may find half a token.
  const next = `${file}.${randomUUID()}`;
  try {
    await writeFile(next, token, { mode: 0o600, flag: "wx" });
    await rename(next, file);
  } finally {
    await rm(next, { force: true });
  }
}

function tokenIn(file: string): string {
  try {
    return textIn(file, pipedBytes).trim();
  } catch (error) {
    throw new Failure(
      "oidc-file",
      `The file of the token to sign in with, ${file}, cannot be read: ${partsOf(error).what}.`,
      sentence("Name the file that has it in ARM_OIDC_TOKEN_FILE_PATH or AZURE_FEDERATED_TOKEN_FILE."),
    );
  }
}

const text = v.pipe(v.string(), v.nonEmpty());

/** The request to GitHub's runner, whose address may have the audience of another cloud. */
function requestOfJob(environment: NodeJS.ProcessEnv, audience: string): (() => Promise<string>) | undefined {
  const address = environment["ARM_OIDC_REQUEST_URL"] ?? environment["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = environment["ARM_OIDC_REQUEST_TOKEN"] ?? environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (!address || !bearer) return undefined;
  const asked = { service: "The OIDC issuer", headers: { Authorization: `Bearer ${bearer}` } };
  const fix = sentence("The job needs permissions: id-token: write, and its request token ends with the job.");
  return async () => (await issued(asked, address, { audience }, v.object({ value: text }), "", fix)).value;
}

/** @param of the token's subject for errors, with a space before it: " of the service connection …" */
async function issued<T>(
  asked: Omit<JsonRequest, "url">,
  address: string,
  parameters: Readonly<Record<string, string>>,
  shape: v.GenericSchema<unknown, T>,
  of: string,
  fix: Fix,
): Promise<T> {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const answer = await sendJson(pipelineOf(shortRetries), { ...asked, url: url.href });
  if (answer.status < 300) return answer.as(shape);
  throw new Failure("oidc-refused", `${asked.service} (${url.origin}) gave no token${of} (${answer.status}).`, fix);
}

/** @see https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create (unverified) */
function requestOfPipeline(environment: NodeJS.ProcessEnv): (() => Promise<string>) | undefined {
  const { SYSTEM_OIDCREQUESTURI: address, SYSTEM_ACCESSTOKEN: bearer } = environment;
  const connection = environment["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"];
  if (!connection) return undefined;
  return async () => {
    const needed = sentence(
      "Azure Pipelines sets SYSTEM_OIDCREQUESTURI; the step needs env SYSTEM_ACCESSTOKEN: $(System.AccessToken).",
    );
    if (!address || !bearer) throw nowhere("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", needed);
    // Without this header a refusal is a redirect to a sign-in page.
    const headers = { Authorization: `Bearer ${bearer}`, "X-TFS-FedAuthRedirect": "Suppress" };
    const asked = { service: "Azure Pipelines", method: "POST", headers } as const;
    const parameters = { "api-version": "7.1", serviceConnectionId: connection };
    const of = ` of the service connection ${connection}`;
    const fix = sentence(
      "The id is the one in the connection's address (resourceId). A task of the job must name the connection, and the pipeline must be permitted to use it.",
    );
    return (await issued(asked, address, parameters, v.object({ oidcToken: text }), of, fix)).oidcToken;
  };
}
