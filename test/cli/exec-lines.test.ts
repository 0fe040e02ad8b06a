/** The lines of docs/exec.md as they are printed, in the rehearsal: with the public addresses of resources, in customers' tenants. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { claimsOf } from "../../tools/embedded-cloud/testing/oauth";
import { parts, readDocument } from "../tooling/markdown";
import { runInShell } from "../transcripts/shell";
import { execForEach, printedFor } from "./support/exec-stage";
import { isPowerShell } from "./support/powershell-grammar";
import type { Stage } from "./support/stage";

let stage: Stage;
let folder: string;
const { customer, exec } = execForEach((fresh) => {
  ({ stage, folder } = fresh);
});

/** A program of the vendors' clients for JavaScript. @param statement what it does with them */
const program = (statement: string): string[] => [
  process.execPath,
  "--eval",
  `const { DefaultAzureCredential } = require("@azure/identity");
   const { ManagedIdentityApplication } = require("@azure/msal-node");
   void ${statement};`,
];
const printing = (expression: string, property: string) =>
  program(`(${expression}).then((answer) => console.log(answer.${property}))`);

/** Python's line by JavaScript's names: the real one is run by test/soak/exec-clients.test.ts. */
const inJavaScript = (line: string) => line.replace("Default", "new Default").replace("get_token", "getToken");

test.each([
  ["msal-node", "microsoftGraph", (line: string) => printing(line, "accessToken")],
  ["azure-identity for Python", "microsoftGraph", (line: string) => printing(inJavaScript(line), "token")],
  ["curl", "resourceManager", (line: string) => ["sh", "-c", `${line} | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/'`]],
] as const)("%s gets a token for the customer's tenant", async (tool, resource, commandOf) => {
  const { id: tid, domain } = customer();
  await stage.run(["customers", "consent", domain]);
  const { code, stdout } = await exec(["--tenant", domain, "--", ...commandOf(printedFor(tool))]);
  const aud = stage.emulator.origins[resource];
  expect([code, claimsOf(stdout.trim())]).toEqual([0, expect.objectContaining({ tid, aud })]);
});

test("Graph in customers' tenants tells who they are; what it does not serve there is no fault of the token", async () => {
  const { seeds, origins } = stage.emulator;
  for (const { domain } of seeds.customers) await stage.run(["customers", "consent", domain]);
  const reading = (path: string) =>
    program(`(async () => {
      const { token } = await ${inJavaScript(printedFor("azure-identity for Python"))};
      const headers = { Authorization: "Bearer " + token };
      const answer = await fetch("${origins.microsoftGraph}/v1.0/${path}", { headers });
      const { value, error } = await answer.json();
      console.log(answer.status, value?.[0].displayName ?? error.message);
    })()`);
  const { code, stdout } = await exec(["--all", "--", ...reading("organization")]);
  const expected = seeds.customers.map(({ domain, companyName }) => `${domain}: 200 ${companyName}`);
  expect([code, stdout.trim().split("\n").sort()]).toEqual([0, expected.sort()]);
  const others = await exec(["--tenant", customer().domain, "--", ...reading("users")]);
  expect(others.stdout).toMatch(/^501 .* does not serve GET \/v1\.0\/users in a customer's tenant\.\n$/u);
});

test("README's first line for a customer's Graph is answered with the customer's organization", async () => {
  const { origins, caFile } = stage.emulator;
  const { domain, companyName } = customer();
  await stage.run(["customers", "consent", domain]);
  const [line = ""] = /^secure-app-model token graph --tenant .*$/mu.exec(readDocument("README.md")) ?? [];
  const here = line.replace("customer.example", domain).replace("https://graph.microsoft.com", origins.microsoftGraph);
  const env = stage.environment({ CURL_CA_BUNDLE: caFile, PATH: process.env["PATH"] ?? "" });
  const { code, text } = await runInShell(here, { cwd: folder, env });
  expect(code).toBe(0);
  expect(JSON.parse(/\{.*\}/su.exec(text)?.[0] ?? "")).toMatchObject({ value: [{ displayName: companyName }] });
});

describe("the inventory of all customers", () => {
  const [, section = ""] = readDocument("docs/exec.md").split("\n### An inventory of all customers\n");
  const { fences } = parts(section);
  const fence = (wanted: string): string => fences.find(({ language }) => language === wanted)?.text ?? "";
  const hasPython = spawnSync("python3", ["--version"]).status === 0;

  (hasPython ? test : test.skip)("in Python has each customer's subscriptions, behind its domain", async () => {
    const { seeds, origins, caFile } = stage.emulator;
    for (const { domain } of seeds.customers) await stage.run(["customers", "consent", domain]);
    // Only where the script goes with the token: it asks for that by the public address.
    const script = fence("python").replace('read(f"{azure}/', `read(f"${origins.resourceManager}/`);
    writeFileSync(join(folder, "inventory.py"), script);
    const env = stage.environment({ SSL_CERT_FILE: caFile, PATH: process.env["PATH"] ?? "" });
    const { code } = await runInShell(fence(""), { cwd: folder, env });
    const printed = readFileSync(join(folder, "inventory.txt"), "utf8");
    const expected = seeds.customers.map(
      ({ domain, subscription: { id, displayName } }) => `${domain}: ${id} Enabled ${displayName}`,
    );
    expect([code, printed.trim().split("\n").sort()]).toEqual([0, expected.sort()]);
  });

  test("in PowerShell is parsed, and sends the requests that the one in Python sends", async () => {
    /** Addresses, paths with their versions, headers, and the properties of the answers. */
    const requested = (text: string): string[] =>
      [
        ...new Set(
          text.match(/https:[\w./]+|(?:\/\w+)?\?[\w=&.-]+|IDENTITY_\w+|X-[A-Z-]+|Bearer|access_token|\bvalue\b/gu),
        ),
      ].sort();
    expect(await isPowerShell(fence("powershell"))).toBe(true);
    expect(requested(fence("powershell"))).toEqual(requested(fence("python")));
  });
});
