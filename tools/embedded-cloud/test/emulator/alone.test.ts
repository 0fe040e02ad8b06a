/** The embedded cloud by itself, as a new user runs it: started by npm, used by a script with only the vendor's SDKs. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Announcement } from "../../emulator/announcement";

/** Gets the ready line as its argument; trusts the cloud only by NODE_EXTRA_CA_CERTS. */
const script = `
const { ClientSecretCredential } = require("@azure/identity");
const { SecretClient } = require("@azure/keyvault-secrets");
const { ConfidentialClientApplication } = require("@azure/msal-node");
const { url, origins, tenantId, subscriptionId, deployer } = JSON.parse(process.argv[1]);

async function main() {
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: deployer.clientId,
      clientSecret: deployer.clientSecret,
      authority: url + "/" + tenantId,
      knownAuthorities: [new URL(url).host],
    },
  });
  const graph = await application.acquireTokenByClientCredential({ scopes: [origins.microsoftGraph + "/.default"] });
  const organization = await call(graph.accessToken, "GET", origins.microsoftGraph + "/v1.0/organization");

  const options = { authorityHost: url, disableInstanceDiscovery: true };
  const credential = new ClientSecretCredential(tenantId, deployer.clientId, deployer.clientSecret, options);
  const { token } = await credential.getToken(origins.resourceManager + "/.default");
  const group = origins.resourceManager + "/subscriptions/" + subscriptionId + "/resourceGroups/alone";
  await call(token, "PUT", group + "?api-version=2021-04-01", { location: "westeurope" });
  const vault = await call(token, "PUT", group + "/providers/Microsoft.KeyVault/vaults/alone-tokens?api-version=2023-07-01", {
    location: "westeurope",
    properties: {
      tenantId,
      sku: { family: "A", name: "standard" },
      accessPolicies: [{ tenantId, objectId: deployer.objectId, permissions: { secrets: ["get", "set"] } }],
    },
  });
  const secrets = new SecretClient(vault.properties.vaultUri, credential, { disableChallengeResourceVerification: true });
  await secrets.setSecret("greeting", "hello");
  console.log(JSON.stringify([organization.value[0].displayName, (await secrets.getSecret("greeting")).value]));
}

async function call(token, method, address, body) {
  const headers = { authorization: "Bearer " + token, "content-type": "application/json" };
  const response = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(method + " " + address + ": " + response.status + " " + (await response.text()));
  return response.json();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
`;

test("npm run emulator, and a script with the vendor's SDKs gets tokens and uses them", async () => {
  const directory = mkdtempSync(join(tmpdir(), "emulator-alone-"));
  // Blocks below the ports that systems assign automatically.
  const port = 20_000 + 16 * ((process.pid + 350) % 700);
  const words = ["run", "-s", "emulator", "--", "--port", String(port), "--directory", directory];
  const npm = spawn("npm", words, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(createInterface({ input: npm.stdout }), "line")) as [string];
    const { caFile, url } = JSON.parse(line) as Announcement;
    expect(url).toBe(`https://127.0.0.1:${port}`);
    const vendorScript = await promisify(execFile)(process.execPath, ["-e", script, line], {
      cwd: resolve("."),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
    });
    expect(vendorScript).toEqual({ stdout: '["Fabrikam Partner","hello"]\n', stderr: "" });

    npm.kill("SIGTERM");
    await once(npm, "close");
    // The pipe is closed: npm, its shell, the bootstrap and the emulator have all ended.
    await expect(fetch(`${url}/common/discovery/instance`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  } finally {
    npm.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  }
});
