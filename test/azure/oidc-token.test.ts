/** A workflow's own token as the Azure credential: against the embedded cloud and a stand-in for GitHub's issuer. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { AzureApi } from "../../lib/azure/api";
import { azureCredential } from "../../lib/azure/credential";
import { type CloudName, cloudOf } from "../../lib/config/clouds";
import { type Emulator, startEmulator } from "../../tools/embedded-cloud/testing/emulator";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { type OidcIssuer, startOidcIssuer } from "../../tools/embedded-cloud/testing/oidc-issuer";
import { ownEndpoints } from "../support/own-endpoints";
import { temporaryFolder } from "../support/temporary-folder";

const job = { repository: "contoso/partner", environment: "global" };

const folder = temporaryFolder();
let emulator: Emulator;
let issuer: OidcIssuer;
beforeAll(async () => {
  emulator = await startEmulator({ directory: folder });
  issuer = await startOidcIssuer(folder);
});
beforeEach(() => {
  emulator.reset();
  issuer.audiences.length = 0;
});
afterAll(async () => {
  await Promise.all([emulator.close(), issuer.close()]);
});

/** Trusts the job's tokens for one audience. */
function trustJob(audience: string, subject = issuer.subjectOf(job)): void {
  const application = partnerTenant(emulator).applications.get(emulator.seeds.deployer.objectId);
  if (application === undefined) throw new Error("The seeds have no deployer.");
  application["federatedIdentityCredentials"] = [
    { id: "f", name: "github", issuer: issuer.issuer, subject, audiences: [audience] },
  ];
}

/** Sends a request to Graph with the federated identity of these variables. */
async function ask(environment: Record<string, string>, name: CloudName = "AzureCloud"): Promise<string> {
  const cloud = cloudOf(
    name,
    ownEndpoints({ authority: emulator.url, microsoftGraph: emulator.origins.microsoftGraph }),
  );
  const { partner, deployer } = emulator.seeds;
  const named = { ARM_TENANT_ID: partner.id, ARM_CLIENT_ID: deployer.clientId, ...environment };
  const graph = new AzureApi("Microsoft Graph", cloud.microsoftGraph, azureCredential(cloud, named));
  const [organization] = await graph.list("/v1.0/organization", v.looseObject({ displayName: v.string() }));
  return organization?.displayName ?? "";
}

const variables = (): Record<string, string> => ({ ...issuer.variablesFor(job), ARM_USE_OIDC: "true" });

test.each<[CloudName, string]>([
  ["AzureCloud", "api://AzureADTokenExchange"],
  ["AzureUSGovernment", "api://AzureADTokenExchangeUSGov"],
  ["AzureChinaCloud", "api://AzureADTokenExchangeChina"],
])("a job's token of %s is asked for with the audience %s", async (name, audience) => {
  trustJob(audience);
  expect(await ask(variables(), name)).toBe("Fabrikam Partner");
  expect(issuer.audiences).toEqual([audience]);
});

test("the providers' variables go before GitHub's own, and ARM_OIDC_AUDIENCE before the cloud's", async () => {
  trustJob("api://own");
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = issuer.variablesFor(job);
  const others = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://127.0.0.1:1", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x" };
  const own = { ARM_OIDC_REQUEST_URL: `${url}&audience=api://other`, ARM_OIDC_REQUEST_TOKEN: token };
  expect(await ask({ ...others, ...own, ARM_USE_OIDC: "true", ARM_OIDC_AUDIENCE: "api://own" })).toBe(
    "Fabrikam Partner",
  );
  expect(issuer.audiences).toEqual(["api://own"]);
});

test("a pipeline's token is asked of its service connection, before a file that was written once", async () => {
  const subject = "sc://contoso/partner/partner-global-read";
  trustJob("api://AzureADTokenExchange", subject);
  const own = { ...issuer.variablesForPipeline(subject, "api://AzureADTokenExchange"), ARM_USE_OIDC: "true" };
  expect(await ask({ ...own, ARM_OIDC_TOKEN_FILE_PATH: "/nowhere" })).toBe("Fabrikam Partner");
});

test("a token in a file is read for each sign-in: whoever writes it writes it anew", async () => {
  trustJob("api://AzureADTokenExchange");
  const file = path.join(folder, "token");
  await writeFile(file, await issuer.sign({ sub: issuer.subjectOf(job), aud: "api://AzureADTokenExchange" }, -3600));
  await expect(ask({ ARM_OIDC_TOKEN_FILE_PATH: file })).rejects.toThrow("AADSTS700024");
  await writeFile(file, `${await issuer.sign({ sub: issuer.subjectOf(job), aud: "api://AzureADTokenExchange" })}\n`);
  expect(await ask({ ARM_OIDC_TOKEN_FILE_PATH: file })).toBe("Fabrikam Partner");
});

test.each<[string, () => Record<string, string> | Promise<Record<string, string>>, RegExp]>([
  [
    "a wrong audience",
    () => ({ ...variables(), ARM_OIDC_AUDIENCE: "api://AzureADTokenExchangeUSGov" }),
    /AADSTS700212: .*audience 'api:\/\/AzureADTokenExchangeUSGov'.*names the audience.*Compare the federated credential.*az ad app federated-credential list/su,
  ],
  [
    "a token that has ended",
    async () => ({
      ARM_OIDC_TOKEN: await issuer.sign({ sub: issuer.subjectOf(job), aud: "api://AzureADTokenExchange" }, -3600),
    }),
    /AADSTS700024.*has expired.*Ask for the token in the step that uses it/su,
  ],
  [
    "the subject of another environment",
    () => ({ ...issuer.variablesFor({ ...job, environment: "usgov" }), ARM_USE_OIDC: "true" }),
    /AADSTS700213: .*subject 'repo:contoso\/partner:environment:usgov'.*subject as the refusal quotes it/su,
  ],
  [
    "a job without id-token: write",
    () => ({ ARM_USE_OIDC: "true" }),
    /needs permissions: id-token: write; elsewhere set ARM_OIDC_TOKEN_FILE_PATH/u,
  ],
  [
    "a request token of a job that is over",
    () => ({ ...variables(), ARM_OIDC_REQUEST_TOKEN: "over" }),
    /gave no token \(401\)\. The job needs permissions: id-token: write/u,
  ],
  [
    "a pipeline's step without its job's token",
    () => ({ ...issuer.variablesForPipeline("sc://x", "x"), SYSTEM_ACCESSTOKEN: "", ARM_USE_OIDC: "true" }),
    /nothing that gives a token\. .*env SYSTEM_ACCESSTOKEN: \$\(System\.AccessToken\)/u,
  ],
  [
    "a service connection that the pipeline may not use",
    () => ({
      ...issuer.variablesForPipeline("sc://x", "x"),
      ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "11111111-0000-4000-8000-000000000000",
      ARM_USE_OIDC: "true",
    }),
    /Azure Pipelines \(.*\) gave no token of the service connection 11111111-.* \(401\)\. .*permitted to use it/u,
  ],
  [
    "an issuer that does not answer",
    () => ({ ...variables(), ARM_OIDC_REQUEST_URL: "https://127.0.0.1:2/token" }),
    /OIDC issuer \(https:\/\/127\.0\.0\.1:2\) cannot be reached: .*ECONNREFUSED/u,
  ],
])("%s: one clear error, before anything is asked", async (_, environment, message) => {
  trustJob("api://AzureADTokenExchange");
  const named = await environment();
  const failure = await ask(named).then(
    () => new Error("was let in"),
    (error: unknown) => error as Error,
  );
  expect(failure.name).toBe("CredentialError");
  expect(failure.message).toMatch(message);
  for (const secret of [
    named["ARM_OIDC_TOKEN"],
    named["ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
    named["SYSTEM_ACCESSTOKEN"],
  ]) {
    if (secret) expect(failure.message).not.toContain(secret);
  }
});
