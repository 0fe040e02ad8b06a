/**
 * The engine signs in to its state with the token in a file, and a job's token lives for minutes: a stand-in for the engine, which signs in as it
 * does, and a clock that goes on by more than that between two of its runs.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { type Emulator, startEmulator } from "../../tools/embedded-cloud/testing/emulator";
import { type OidcIssuer, startOidcIssuer } from "../../tools/embedded-cloud/testing/oidc-issuer";
import { hasModes } from "./support/as-windows";
import { commandHere } from "./support/command-here";
import { temporaryFolder } from "../support/temporary-folder";

const audience = "api://AzureADTokenExchange";
const job = { repository: "contoso/partner", environment: "global-read" };
const connection = "sc://contoso/partner/global-read";
const sixMinutes = 360_000;
/** How far the clock goes on at each sign-in. */
let goesOn = sixMinutes;

const folder = temporaryFolder();
let emulator: Emulator;
let issuer: OidcIssuer;

/** Signs in, says so, and answers as on a stack without resources. */
const engine = `#!/bin/sh
answer=$(curl --silent --show-error --cacert "$CA_FILE" --data grant_type=client_credentials --data "client_id=$AZURE_CLIENT_ID" \\
  --data client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\
  --data-urlencode "client_assertion@$AZURE_FEDERATED_TOKEN_FILE" --data "scope=$SCOPE" \\
  "$AZURE_AUTHORITY_HOST/$AZURE_TENANT_ID/oauth2/v2.0/token")
case $answer in
  *access_token*) echo "$1" >> "$SIGNED_IN" ;;
  *) echo "error: $answer" >&2; exit 1 ;;
esac
case "$*" in
  "stack export"*) echo '{"deployment":{"resources":[]}}' ;;
  "stack output"* | config*) echo '{}' ;;
esac
`;

beforeAll(async () => {
  emulator = await startEmulator();
  issuer = await startOidcIssuer(join(".local", "test-emulator"), () => emulator.clock.now());
  writeFileSync(join(folder, "pulumi"), engine);
  chmodSync(join(folder, "pulumi"), 0o755);
  const log = emulator.requests.add.bind(emulator.requests);
  emulator.requests.add = (entry) => {
    log(entry);
    if (entry.path.endsWith("/oauth2/v2.0/token")) emulator.clock.advance(goesOn);
  };
});
beforeEach(() => {
  goesOn = sixMinutes;
  emulator.reset();
  const application = partnerTenant(emulator).applications.get(emulator.seeds.deployer.objectId);
  if (application === undefined) throw new Error("The seeds have no deployer.");
  application["federatedIdentityCredentials"] = [issuer.subjectOf(job), connection].map((subject) => ({
    ...{ id: subject, name: "job", issuer: issuer.issuer, subject, audiences: [audience] },
  }));
  rmSync(join(folder, "job"), { recursive: true, force: true });
  mkdirSync(join(folder, "job"));
});
afterAll(async () => {
  await Promise.all([emulator.close(), issuer.close()]);
});

const file = () => join(folder, "job", "oidc-token");

const variables = (more: Record<string, string> = {}) => ({
  PATH: [folder, process.env["PATH"]].join(delimiter),
  NODE_EXTRA_CA_CERTS: emulator.caFile,
  CA_FILE: emulator.caFile,
  SCOPE: `${emulator.origins.resourceManager}/.default`,
  SIGNED_IN: join(folder, "job", "signed-in"),
  AZURE_AUTHORITY_HOST: emulator.url,
  AZURE_CLIENT_ID: emulator.seeds.deployer.clientId,
  AZURE_TENANT_ID: emulator.seeds.partner.id,
  AZURE_FEDERATED_TOKEN_FILE: file(),
  ...more,
});

const ofWorkflow = () => ({ ...issuer.variablesFor(job), ARM_USE_OIDC: "true", ARM_OIDC_AUDIENCE: audience });
const ofPipeline = () => ({ ...issuer.variablesForPipeline(connection, audience), ARM_USE_OIDC: "true" });

const preview = async (environment: Record<string, string>) =>
  await commandHere(["preview", "--stack", "dev", "--cwd", folder], "", variables(environment));

const signedIn = () =>
  readFileSync(join(folder, "job", "signed-in"), "utf8")
    .trimEnd()
    .split("\n");

test.each([
  ["a workflow", ofWorkflow],
  ["a pipeline", ofPipeline],
])("each run of the engine in %s has a token of its own, in a file for this user alone", async (_, own) => {
  // Two run at once, for the state and the configuration.
  goesOn = sixMinutes / 2;
  expect(await preview(own())).toMatchObject({ code: 0 });
  expect(signedIn().toSorted()).toEqual(["config", "preview", "stack"]);
  if (hasModes) expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "job"))).toEqual(["oidc-token", "signed-in"]);
});

test("an engine whose output is read by the command, too", async () => {
  // Two run at once, and the product signs in beside them: a token lives as long as all three take.
  goesOn = sixMinutes / 2;
  const { stderr } = await commandHere(
    ["ci", "set-up", "--stack", "ci-dev", "--cwd", folder],
    "",
    variables(ofWorkflow()),
  );
  // Two at once: the first that ends without an answer ends the command.
  expect(signedIn()).not.toEqual([]);
  expect(stderr).not.toContain("AADSTS");
});

test("a file that somebody else wrote is left as it is, and its token ends", async () => {
  const token = await issuer.sign({ sub: issuer.subjectOf(job), aud: audience });
  writeFileSync(file(), token);
  // It lives five minutes more: the two that run at once have it before its end, in whichever order.
  goesOn = sixMinutes - 120_000;
  const { code, stderr } = await preview({});
  expect([signedIn().toSorted(), readFileSync(file(), "utf8")]).toEqual([["config", "stack"], token]);
  expect([code, stderr]).toEqual([1, ""]);
});

test("an issuer that gives none: no engine starts", async () => {
  const { code, stderr } = await preview({ ...ofWorkflow(), ACTIONS_ID_TOKEN_REQUEST_TOKEN: "over" });
  expect([code, readdirSync(join(folder, "job"))]).toEqual([1, []]);
  expect(stderr).toMatch(/gave no token \(401\)\.\n  The job needs permissions: id-token: write/u);
});
