/**
 * Vendors' clients of other languages, unmodified, from their registries, against the embedded cloud: with a secret, a certificate,
 * a federated token from a file, and an authorization code. A toolchain that is missing is a failure: this needs `python3`
 * with venv, `go`, and `java` with `mvn`. What they install stays in `.local/soak-clients`; their versions stand in
 * `test/soak/clients/<language>`.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { registerModestApplication } from "../../tools/embedded-cloud/testing/applications";
import { type Ask, askService } from "../../tools/embedded-cloud/testing/callers";
import { foreignCertificate } from "../../tools/embedded-cloud/testing/certificates";
import { type Emulator, startEmulator } from "../../tools/embedded-cloud/testing/emulator";
import { codeFor } from "../../tools/embedded-cloud/testing/oauth";
import { type OidcIssuer, startOidcIssuer } from "../../tools/embedded-cloud/testing/oidc-issuer";
import { markdownTable } from "../support/markdown-table";
import { clients, goProgram, installed, pythonWith, run } from "./support/clients";

const job = { repository: "contoso/partner", environment: "global" };
const audience = "api://AzureADTokenExchange";

let folder: string;
let emulator: Emulator;
let issuer: OidcIssuer;
const { pem: certificate, privateKey } = foreignCertificate();
/** The certificate and its key, as clients read them. */
const pem = `${privateKey.export({ format: "pem", type: "pkcs8" }).toString()}${certificate}`;
const rows: string[][] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vendor-clients-"));
  emulator = await startEmulator({ directory: folder });
  issuer = await startOidcIssuer(folder);
});
beforeEach(async () => {
  emulator.reset();
  const credential = { name: "job", issuer: issuer.issuer, subject: issuer.subjectOf(job), audiences: [audience] };
  await graph("POST", `/v1.0/applications/${objectId()}/federatedIdentityCredentials`, credential);
  // It holds for as long as the clients take to be installed.
  await writeFile(tokenFile(), await issuer.sign({ sub: issuer.subjectOf(job), aud: audience }, 86_400));
});
afterAll(async () => {
  await Promise.all([emulator.close(), issuer.close()]);
  await rm(folder, { recursive: true });
  process.stdout.write(`${markdownTable(["language", "client", "flow passed"], rows)}\n`);
});

const objectId = (): string => emulator.seeds.deployer.objectId;
const graph: Ask = async (...request) =>
  await askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All"] })(...request);
const tokenFile = (): string => path.join(folder, "token");

/** What a program is told, in a file that only this user can read. */
async function input(): Promise<string> {
  const { partner, deployer } = emulator.seeds;
  const { authority, microsoftGraph, partnerCenter } = emulator.origins;
  const key = { type: "AsymmetricX509Cert", usage: "Verify", key: Buffer.from(certificate).toString("base64") };
  await graph("PATCH", `/v1.0/applications/${objectId()}`, { keyCredentials: [key] });
  const application = registerModestApplication(emulator);
  const { clientId, clientSecret, redirectUri } = application;
  const codes = [];
  for (let each = 0; each < 2; each += 1) {
    codes.push({ clientId, clientSecret, redirectUri, code: await codeFor(emulator, application) });
  }
  const file = path.join(folder, "input.json");
  const own = { clientId: deployer.clientId, clientSecret: deployer.clientSecret, pem };
  const cloud = { authority, graph: microsoftGraph, partnerCenter, tenantId: partner.id, tokenFile: tokenFile() };
  await writeFile(file, JSON.stringify({ ...own, ...cloud, codes }), { mode: 0o600 });
  return file;
}

/** Notes the flows in the table. @returns them */
function noted(language: string, stdout: string): string[] {
  const passed = stdout.trim().split("\n");
  rows.push(...passed.map((line) => [language, ...line.split(": ")]));
  return passed;
}

test("Python: azure-identity and msal", async () => {
  const bin = await pythonWith("python");
  const program = path.join(clients, "python", "client.py");
  const stdout = await run(path.join(bin, "python"), [program, await input()], {
    REQUESTS_CA_BUNDLE: emulator.caFile,
    SSL_CERT_FILE: emulator.caFile,
  });
  expect(noted("Python", stdout)).toEqual([
    "azure-identity: secret",
    "azure-identity: certificate",
    "msal: certificate, SHA-256",
    "msal: certificate, SHA-1",
    "azure-identity: federation",
    "azure-identity: authorization code",
    "msal: authorization code",
  ]);
});

test("Go: azidentity, MSAL, and HashiCorp's go-azure-sdk", async () => {
  const program = await goProgram(".", folder);
  expect(noted("Go", await run(program, [await input()], { SSL_CERT_FILE: emulator.caFile }))).toEqual([
    "azidentity: secret",
    "azidentity: certificate",
    "azidentity: federation",
    "MSAL: authorization code",
    "go-azure-sdk: secret",
    "go-azure-sdk: certificate",
    "go-azure-sdk: federation",
  ]);
});

test("Java: azure-identity and msal4j", async () => {
  const libraries = path.join(installed, "java");
  const pom = path.join(clients, "java", "pom.xml");
  await mkdir(libraries, { recursive: true });
  await run("mvn", [
    ...["--batch-mode", "--quiet", "--file", pom],
    ...["dependency:copy-dependencies", `-DoutputDirectory=${libraries}`],
  ]);
  const [trusted, password] = [path.join(folder, "trusted.p12"), "embedded"];
  await run("keytool", [
    ...["-importcert", "-noprompt", "-alias", "embedded", "-file", emulator.caFile],
    ...["-keystore", trusted, "-storetype", "PKCS12", "-storepass", password],
  ]);
  const stdout = await run("java", [
    ...[`-Djavax.net.ssl.trustStore=${trusted}`, `-Djavax.net.ssl.trustStorePassword=${password}`],
    ...["-cp", path.join(libraries, "*"), path.join(clients, "java", "Client.java"), await input()],
  ]);
  expect(noted("Java", stdout)).toEqual([
    "azure-identity: secret",
    "azure-identity: certificate",
    "azure-identity: federation",
    "azure-identity: authorization code",
    "msal4j: authorization code",
  ]);
});

test("az: login with a secret, a certificate and a federated token, and what it asks first", async () => {
  const bin = await pythonWith("az");
  const environment = {
    AZURE_CONFIG_DIR: path.join(folder, "azure"),
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    // The embedded cloud is not in Microsoft's list of clouds.
    AZURE_CORE_INSTANCE_DISCOVERY: "false",
    AZURE_CORE_ONLY_SHOW_ERRORS: "true",
    REQUESTS_CA_BUNDLE: emulator.caFile,
  };
  const az = (...argv: string[]) => run(path.join(bin, "az"), argv, environment);
  const { authority, microsoftGraph, resourceManager } = emulator.origins;
  await az(
    ...["cloud", "register", "--name", "embedded", "--endpoint-active-directory", authority],
    ...["--endpoint-active-directory-resource-id", resourceManager, "--endpoint-management", resourceManager],
    ...["--endpoint-resource-manager", resourceManager],
    ...["--endpoint-active-directory-graph-resource-id", microsoftGraph],
    ...["--endpoint-microsoft-graph-resource-id", microsoftGraph],
  );
  await az("cloud", "set", "--name", "embedded");
  const { partner, deployer } = emulator.seeds;
  const passed: string[] = [];
  const signIn = async (flow: string, ...how: string[]) => {
    await az("login", "--service-principal", "--username", deployer.clientId, "--tenant", partner.id, ...how);
    const token = await az("account", "get-access-token", "--resource", resourceManager, "--query", "tenant");
    expect(JSON.parse(token)).toBe(partner.id);
    passed.push(`az: ${flow}`);
  };

  await signIn("secret", "--password", deployer.clientSecret);
  const url = `${resourceManager}/tenants?api-version=2022-12-01`;
  const tenants = await az("rest", "--url", url, "--query", "value[].tenantId");
  expect(JSON.parse(tenants)).toEqual([partner.id]);
  const regions = await az("account", "list-locations", "--query", "[?name=='westeurope'].displayName");
  expect(JSON.parse(regions)).toEqual(["West Europe"]);
  const [keyFile, certificateFile] = [path.join(folder, "az.pem"), path.join(folder, "az.crt")];
  await writeFile(keyFile, pem);
  await writeFile(certificateFile, certificate);
  await az("ad", "app", "credential", "reset", "--id", deployer.clientId, "--cert", `@${certificateFile}`, "--append");
  await signIn("certificate", "--certificate", keyFile);
  await signIn("federation", "--federated-token", await readFile(tokenFile(), "utf8"));
  expect(noted("az", passed.join("\n"))).toHaveLength(3);
});
