/** Mistakes in calling a command, and problems of this machine or its network: each printed fix is run in the situation that prints it. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { placeForEach } from "./support/place";
import { fixesIn, type Look } from "./support/printed";
import { ran, type Terminal } from "./support/shell";

const testFix = placeForEach();

/** Without the variables for the target: only the options name it. */
const withoutTarget = ({ env }: Terminal) =>
  Object.fromEntries(Object.keys(env).map((name) => [name, name.startsWith("SECURE_APP_MODEL_") ? "" : env[name]]));

/** A line in which --json does not stand at the end. */
const failing =
  (terminal: Terminal, line: string): Look =>
  async (env) => {
    const { code, stdout } = await ran({ ...terminal, env }, [line]);
    return code === 0 ? undefined : fixesIn(stdout);
  };

for (const words of ["renew", "token graph", "consent --force", "status"])
  testFix("lib/token/stored-token.ts: Ask for the cloud that it is of", ({ terminal, stage }) => {
    const target = `--cloud AzureUSGovernment --vault ${stage.vaultUri}`;
    const endpoints = `--endpoints '${terminal.env["SECURE_APP_MODEL_ENDPOINTS"]}'`;
    return { env: withoutTarget(terminal), command: `${words} ${target} ${endpoints}`, itself: true };
  });

testFix("lib/config/clouds.ts: Name the cloud that it lies in", ({ terminal }) => ({
  env: withoutTarget(terminal),
  command: "status --cloud AzureUSGovernment --vault https://contoso.vault.azure.net",
  ...{ itself: true, code: 1 },
  // The right cloud has no such vault here: the next problem is that it does not respond.
  proven: ({ stdout }) => {
    expect(stdout).toMatch(/contoso\.vault\.azure\.net|login\.microsoftonline\.com/u);
  },
}));

for (const [words, code] of [
  ["consent --force --tenant ''", 0],
  ["doctor --tenant ''", 4],
  ["token graph --tenant ''", 0],
  ["status --partner-tenant ''", 0],
  ["status --vault ''", 0],
] as const)
  testFix("cli/options/define.ts: Give it a value", ({ stage }) => ({
    ...{ command: words, fill: { id: stage.tenantId }, itself: true, code, inBash: words.startsWith("token") },
    proven: ({ stdout, stderr }) => {
      expect(stdout + stderr).not.toMatch(/report this|Looking for tenant/u);
    },
  }));

testFix("cli/options/number-options.ts: Name it (output applicationId of the stack)", () => ({
  ...{ command: "consent --force --client-id abc", itself: true },
}));

testFix("cli/exec/exec.ts: Write -- before it", () => ({
  ...{ command: "exec echo --version", itself: true },
  proven: ({ stdout }) => {
    expect(stdout).toBe("--version --json\n");
  },
}));

testFix("cli/consent/consent-target.ts: Consent for this customer, with the partner's token", ({ stage }) => ({
  ...{ command: `consent --tenant ${stage.emulator.seeds.customers[0].id}`, itself: true },
}));

testFix(
  "lib/partner-center/application-consents.ts: Name the resource by its client id, and its delegated permissions by their names",
  ({ stage }) => ({
    command: `customers consent ${stage.emulator.seeds.customers[0].id} --grant graph=Flavour.Read`,
    ...{ fill: { "resource=scopes": "graph=User.Read" }, itself: true },
  }),
);

for (const [fix, command] of [
  ["cli/program.ts: Options and an example", "nothing"],
  ["cli/token/powershell.ts: Ask for that", "token arm --powershell Connect-MgGraph"],
  [
    "cli/token/powershell.ts: Known are {}; for any other resource, use the token itself",
    "token graph --powershell Connect-Nothing",
  ],
] as const)
  testFix(fix, () => ({ command, itself: true }));

// A value that no line of PowerShell can hold.
testFix("cli/token/powershell.ts: Use the token itself", ({ stage }) => {
  stage.serviceAccount().userPrincipalName += "\u0085";
  return { command: "token arm --powershell", itself: true };
});

for (const address of [undefined, "http://hooks.slack.com/services/x"])
  testFix("cli/report/webhook.ts: Set it", () => ({
    ...{ command: "status --notify", fill: { "https address": "https://hooks.slack.com/services/x" } },
    env: { SECURE_APP_MODEL_WEBHOOK: address },
  }));

// The second names only one: the other has its default.
for (const days of ["--fail-days 40", "--warn-days 5"])
  testFix("cli/status/status.ts: Fail no earlier than it warns", () => ({ command: `status ${days}`, itself: true }));

for (const [name, placeholder] of [
  ["ARM_CLIENT_SECRET", "client secret"],
  ["ARM_TENANT_ID", "tenant"],
  ["ARM_CLIENT_ID", "client id"],
] as const)
  for (const [command, code] of [
    ["status", 0],
    ["doctor", 4],
  ] as const)
    testFix("lib/azure/deployer-variables.ts: Set what is missing", ({ terminal }) => ({
      ...{ env: { [name]: "" }, command, code, fill: { [placeholder]: String(terminal.env[name]) } },
      proven: ({ stdout }) => {
        if (command === "doctor") expect(stdout).toMatch(/^✓ Login/mu);
      },
    }));

// Of a certificate's root that this machine does not know.
for (const [command, code] of [
  ["status", 0],
  ["doctor", 4],
] as const)
  testFix("lib/http/http-failure.ts: Give this process that root", ({ stage }) => ({
    ...{ env: { NODE_EXTRA_CA_CERTS: "" }, command, code, inBash: command === "status" },
    fill: { "file with the root certificate": stage.emulator.caFile },
    proven: ({ stdout }) => {
      if (command === "doctor") expect(stdout).toMatch(/^✓ Cloud/mu);
    },
  }));

for (const env of [{ NODE_DEBUG: "http" }, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, { NODE_OPTIONS: "--inspect=0" }])
  testFix("lib/http/variables.ts: Run it without", () => ({ env, command: "status", inBash: true }));

// A process: Node.js itself reads the variable.
testFix("cli/terminal/whole-file.ts: Name another place for temporary files", ({ terminal, folder }) => ({
  env: { NODE_OPTIONS: "--no-warnings", TMPDIR: join(folder, "nowhere") },
  command: failing(terminal, "secure-app-model exec --json -- true"),
  fill: { folder },
}));

testFix(
  "cli/exec/az-login.ts: Name a file with the roots that az is to trust, which replaces its own list",
  async ({ stage, terminal, folder }) => {
    // As the real one does without the embedded cloud's root.
    const said =
      "ERROR: Unable to get endpoints from the cloud. (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')))";
    const bin = join(folder, "bin");
    await mkdir(bin, { recursive: true });
    const script = `#!/bin/sh\n[ -f "$REQUESTS_CA_BUNDLE" ] || { echo "${said}" >&2; exit 1; }\n`;
    await writeFile(join(bin, "az"), script, { mode: 0o755 });
    const env = { PATH: [bin, terminal.env["PATH"]].join(delimiter) };
    const command = failing(terminal, "secure-app-model exec --json --az -- true");
    return { env, command, fill: { file: stage.emulator.caFile } };
  },
);

// At a terminal, where nothing is piped in.
testFix("cli/explain/explain.ts: Name an error, or pipe a log into it", ({ terminal }) => ({
  command: failing(terminal, "script -qec 'secure-app-model explain --json' /dev/null"),
  itself: true,
}));

describe("a proxy that wants a name and a password", () => {
  let proxy: Server;
  const address = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  beforeEach(async () => {
    const wanted = `Basic ${Buffer.from("somebody:secret").toString("base64")}`;
    proxy = createServer().on("connect", ({ url = "", headers }, socket) => {
      if (headers["proxy-authorization"] !== wanted) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      const { hostname, port } = new URL(`http://${url}`);
      const there = connect(Number(port), hostname, () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        there.pipe(socket).pipe(there);
      });
      for (const end of [there, socket]) end.on("error", () => there.destroy());
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
  });
  afterEach(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  const right = () => `somebody:secret@${address()}`;
  // Nothing is reached through this one, at once.
  const dead = () => "http://255.255.255.255:1";
  for (const [fix, wrong, fill] of [
    [
      "lib/http/http-failure.ts: Name the proxy with user and password",
      () => `http://${address()}`,
      () => ({ user: "somebody", password: "secret", proxy: address() }),
    ],
    ["lib/http/variables.ts: Name the proxy", () => `http://somebody:secret/${address()}`, () => ({ proxy: right() })],
    ["lib/http/http-failure.ts: Name a proxy that answers", dead, () => ({ proxy: right() })],
    ["lib/http/http-failure.ts: If this machine needs no proxy", dead, () => ({})],
  ] as const)
    testFix(fix, () => ({
      ...{ env: { HTTPS_PROXY: wrong(), NO_PROXY: "", no_proxy: "" }, command: "status", fill: fill() },
    }));
});
