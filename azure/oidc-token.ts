/** The token that a workflow's runner or a pipeline's service connection issues: a federated identity presents it in place of a secret. */
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { Failure, sentence } from "../errors/failure";
import { sendJson } from "../http/json";
import { brief, pipelineOf } from "../http/policies";

/**
 * Returns a function that gets a token which Entra exchanges for one of its own; it gets a new one each time, because they expire within minutes.
 *
 * The variables of the Pulumi providers name the source: ARM_OIDC_TOKEN, a file (ARM_OIDC_TOKEN_FILE_PATH or
 * AZURE_FEDERATED_TOKEN_FILE), or, with ARM_USE_OIDC, the address of GitHub's token endpoint, or, with the id of a service connection in
 * ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID, that of Azure Pipelines. Undefined if there is none.
 */
export function oidcToken(cloud: Cloud, environment: NodeJS.ProcessEnv): (() => Promise<string>) | undefined {
  const token = environment["ARM_OIDC_TOKEN"];
  if (token) return () => Promise.resolve(token);
  // The engine may have set the file, and it writes its token only once: if a new token can be requested, that is preferred.
  const asks = environment["ARM_USE_OIDC"] === "true";
  const connection = environment["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"];
  if (asks && connection) return async () => await requestOfPipeline(connection, environment);
  const file =
    environment["ARM_OIDC_TOKEN_FILE_PATH"] ?? (asks ? undefined : environment["AZURE_FEDERATED_TOKEN_FILE"]);
  if (file) return async () => (await readFile(file, "utf8")).trim();
  if (!asks) return undefined;
  const address = environment["ARM_OIDC_REQUEST_URL"] ?? environment["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = environment["ARM_OIDC_REQUEST_TOKEN"] ?? environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  const audience = environment["ARM_OIDC_AUDIENCE"] ?? cloud.tokenExchangeAudience;
  return async () => {
    if (address && bearer) return await request(address, bearer, audience);
    throw new Failure(
      "oidc-nowhere",
      "ARM_USE_OIDC is set, and there is nowhere to ask for a token.",
      sentence(
        "The job of a GitHub workflow needs permissions: id-token: write; elsewhere set ARM_OIDC_TOKEN_FILE_PATH.",
      ),
    );
  };
}

const issued = v.object({ value: v.pipe(v.string(), v.nonEmpty()) });

/** @param address from the runner, possibly with the audience of another cloud */
async function request(address: string, bearer: string, audience: string): Promise<string> {
  const url = new URL(address);
  url.searchParams.set("audience", audience);
  const service = "The OIDC issuer";
  const headers = { Authorization: `Bearer ${bearer}` };
  const answer = await sendJson(pipelineOf(brief), { service, url: url.toString(), headers });
  if (answer.status < 300) return answer.as(issued).value;
  throw new Failure(
    "oidc-refused",
    `${service} (${url.origin}) gave no token (${answer.status}).`,
    sentence("The job needs permissions: id-token: write, and its request token ends with the job."),
  );
}

const issuedToPipeline = v.object({ oidcToken: v.pipe(v.string(), v.nonEmpty()) });

/**
 * The audience is that of the service connection. Not verified against a live organization.
 * @see https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create
 */
async function requestOfPipeline(
  connection: string,
  { SYSTEM_OIDCREQUESTURI: address, SYSTEM_ACCESSTOKEN: bearer }: NodeJS.ProcessEnv,
): Promise<string> {
  if (!address || !bearer)
    throw new Failure(
      "oidc-nowhere",
      "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID is set, and there is nowhere to ask for a token.",
      sentence(
        "Azure Pipelines sets SYSTEM_OIDCREQUESTURI; the step needs env SYSTEM_ACCESSTOKEN: $(System.AccessToken).",
      ),
    );
  const url = new URL(address);
  url.searchParams.set("api-version", "7.1");
  url.searchParams.set("serviceConnectionId", connection);
  const service = "Azure Pipelines";
  // Without this header a refusal is a redirect to a sign-in page.
  const headers = { Authorization: `Bearer ${bearer}`, "X-TFS-FedAuthRedirect": "Suppress" };
  const answer = await sendJson(pipelineOf(brief), { service, method: "POST", url: url.toString(), headers });
  if (answer.status < 300) return answer.as(issuedToPipeline).oidcToken;
  throw new Failure(
    "oidc-refused",
    `${service} (${url.origin}) gave no token of the service connection ${connection} (${answer.status}).`,
    sentence(
      "The id is the one in the connection's address (resourceId), a task of the job has to name the connection, and the pipeline to be permitted to use it.",
    ),
  );
}
