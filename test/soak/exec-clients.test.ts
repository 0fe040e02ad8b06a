/**
 * Vendors' clients for Python and Go, and az, unmodified, as commands of the built `exec`: whose tokens they get, and what they leave
 * behind. It needs `python3` with venv, and `go`.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { resourceManagerOf } from "../../tools/embedded-cloud/testing/azure";
import { preloading } from "../../tools/embedded-cloud/testing/node-options";
import { claimsOf } from "../../tools/embedded-cloud/testing/oauth";
import { builtCommand, type Finished } from "../cli/support/built-command";
import { printedFor } from "../cli/support/exec-stage";
import { refusals, toolsOfAPerson } from "../cli/support/other-identities";
import { type Stage, stageForEach } from "../cli/support/stage";
import { jwt, shapeOf } from "../e2e/support/canary";
import { clients, goProgram, pythonWith } from "./support/clients";

const shortPauses = join(__dirname, "../support/short-pauses.cjs");
const credentials = ["DefaultAzureCredential", "ManagedIdentityCredential"];

let az: string;
let built: string;
let programs: Record<"Python" | "Go", string[]>;
beforeAll(async () => {
  az = await pythonWith("az");
  built = await mkdtemp(join(tmpdir(), "exec-clients-"));
  programs = {
    Python: [join(await pythonWith("python"), "python"), join(clients, "python", "managed.py")],
    Go: [await goProgram("./managed", built)],
  };
});
afterAll(() => rm(built, { recursive: true }));

let stage: Stage;
let folder: string;
let refreshToken: string;
stageForEach(async (fresh) => {
  stage = fresh;
  folder = await mkdtemp(join(tmpdir(), "exec-"));
  refreshToken = await stage.storeToken();
  await mkdir(personsFolder());
  for (const file of personsFiles) await writeFile(join(personsFolder(), file), "the person's own");
});
afterEach(() => rm(folder, { recursive: true }));

/** Of az: it would fail with these files. */
const personsFolder = () => join(folder, ".azure");
const personsFiles = ["azureProfile.json", "clouds.config", "config"];

const exec = (argv: string[], variables: Record<string, string> = {}): Promise<Finished> =>
  builtCommand(["exec", ...argv], "", stage.environment({ HOME: folder, ...variables }));

/** Runs a shell's lines, with the real az on PATH. */
const execLines = (argv: string[], lines: readonly string[], variables: Record<string, string> = {}) =>
  exec([...argv, "--az", "--", "sh", "-ec", lines.join("\n")], {
    PATH: [az, process.env["PATH"]].join(delimiter),
    REQUESTS_CA_BUNDLE: stage.emulator.caFile,
    ...variables,
  });

/** A line for each client: it prints a token for Resource Manager. */
function printingTokens(): string[] {
  const { resourceManager } = stage.emulator.origins;
  return [
    ...Object.values(programs).flatMap((argv) => credentials.map((one) => [...argv, one, resourceManager].join(" "))),
    "az account get-access-token --query accessToken --output tsv",
  ];
}

test("in each customer's tenant each client gets its tokens alone, and no secret is left in az's folder or printed", async () => {
  const { customers, users } = stage.emulator.seeds;
  const { resourceManager: aud } = stage.emulator.origins;
  const oid = users.serviceAccount.id;
  const secrets = [shapeOf([refreshToken]), stage.application.clientSecret, jwt];
  expect([customers.length, shapeOf([refreshToken]).test(refreshToken)]).toEqual([3, true]);
  for (const { id, domain, subscription } of customers) {
    await stage.run(["customers", "consent", domain]);
    const path = `/subscriptions/${subscription.id}`;
    const manager = resourceManagerOf(stage.emulator, { tid: id, oid, idtyp: "user" });
    await manager("PUT", `${path}/resourceGroups/rg-of-${domain}`, { location: "westeurope" });

    const { code, stdout, stderr } = await execLines(
      ["--tenant", domain],
      [
        ...printingTokens(),
        "az account show --query '[tenantId, user.name, name]' --output tsv",
        "az group list --query '[].name' --output tsv",
        `az rest --url '${aud}/subscriptions?api-version=2022-12-01' --query 'value[].id' --output tsv`,
        'echo "$AZURE_CONFIG_DIR"; echo "$IDENTITY_HEADER"',
        'find "$AZURE_CONFIG_DIR" -type f -exec cat {} +',
      ],
    );
    const lines = stdout.split("\n");
    const tokens = lines.splice(0, 5).map(claimsOf);
    expect([code, tokens]).toEqual([0, tokens.map(() => expect.objectContaining({ tid: id, oid, aud }) as unknown)]);
    const account = [id, "systemAssignedIdentity", subscription.displayName];
    expect(lines.splice(0, 5)).toEqual([...account, `rg-of-${domain}`, path]);
    const [azFolder = "", header = ""] = lines.splice(0, 2);
    const files = lines.join("\n");
    expect([existsSync(azFolder), files]).toEqual([false, expect.stringContaining(`"tenantId": "${id}"`)]);
    for (const text of [files, stderr]) expect([header, ...secrets].filter((one) => text.search(one) >= 0)).toEqual([]);
  }
  const left = await Promise.all(personsFiles.map((file) => readFile(join(personsFolder(), file), "utf8")));
  expect([await readdir(personsFolder()), new Set(left)]).toEqual([personsFiles, new Set(["the person's own"])]);
});

test("docs/exec.md's line for Python, as it is printed", async () => {
  const [{ id: tid, domain }] = stage.emulator.seeds.customers;
  await stage.run(["customers", "consent", domain]);
  const [python = ""] = programs.Python;
  const code = `from azure.identity import DefaultAzureCredential; print(${printedFor("azure-identity for Python")}.token)`;
  const ended = await exec(["--tenant", domain, "--", python, "-c", code]);
  const aud = stage.emulator.origins.microsoftGraph;
  expect([ended.code, claimsOf(ended.stdout.trim())]).toEqual([0, expect.objectContaining({ tid, aud })]);
});

const everyRefusal = (["Python", "Go"] as const).flatMap((language) =>
  Object.entries(refusals).map((refusal) => [language, ...refusal] as const),
);
test.each(everyRefusal)("%s finds no other identity: %s", async (language, _, refuse) => {
  const { PATH, called } = await toolsOfAPerson(folder);
  const { microsoftGraph } = stage.emulator.origins;
  const argv = [...refuse(stage), "--unchecked", "--", ...programs[language], "DefaultAzureCredential", microsoftGraph];
  const { code, stdout, stderr } = await exec(argv, { PATH, NODE_OPTIONS: preloading(shortPauses) });
  expect([code, stdout, await called()]).toEqual([1, "", ""]);
  expect(stderr).toMatch(/Z refused: /u);
});

test("a proxy gets no request for the endpoint from any client", async () => {
  const proxy = await recordingProxy();
  const names = ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"];
  const variables = { ...Object.fromEntries(names.map((name) => [name, proxy.url])), NO_PROXY: ".corp.example" };
  const { code, stdout } = await execLines([], [...printingTokens(), 'echo "$IDENTITY_ENDPOINT"'], variables);
  proxy.close();
  const lines = stdout.trim().split("\n");
  const { host } = new URL(lines.pop() ?? "");
  expect([code, lines.map((one) => claimsOf(one)["tid"])]).toEqual([0, Array<string>(5).fill(stage.tenantId)]);
  // The tunnels are those of `exec` itself.
  const authority = `CONNECT ${new URL(stage.emulator.origins.authority).host}`;
  expect([proxy.requests.includes(authority), proxy.requests.filter((one) => one.includes(host))]).toEqual([true, []]);
  expect(proxy.requests.filter((one) => !one.startsWith("CONNECT "))).toEqual([]);
});

async function recordingProxy() {
  const requests: string[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    requests.push(JSON.stringify([method, url, headers]));
    response.writeHead(502).end();
  });
  server.on("connect", ({ url = "" }, client, head) => {
    requests.push(`CONNECT ${url}`);
    const service = connect(Number(new URL(`http://${url}`).port), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      service.write(head);
      service.pipe(client).pipe(service);
    });
    service.on("error", () => client.destroy());
    client.on("error", () => service.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requests,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
