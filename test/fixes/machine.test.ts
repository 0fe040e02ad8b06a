/** Problems of this machine, its network or its input: each printed fix is run in the situation that prints it. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { proveFix } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let terminal: Place["terminal"];
let folder: Place["folder"];
const testFix = placeForEach((fresh) => {
  ({ stage, terminal, folder } = fresh);
});

testFix("lib/http/variables.ts: Run it without", () => ({
  env: { NODE_DEBUG: "http" },
  command: "secure-app-model status",
}));

async function startProxy(): Promise<Server> {
  const wanted = `Basic ${Buffer.from("somebody:secret").toString("base64")}`;
  const proxy = createServer();
  proxy.on("connect", ({ url = "", headers }, socket) => {
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
  return proxy;
}

const addressOf = (proxy: Server) => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;

test("a proxy that wants a name and a password", async () => {
  const proxy = await startProxy();
  const address = addressOf(proxy);
  try {
    const command = "secure-app-model status";
    const through = (HTTPS_PROXY: string) => ({ env: { ...terminal.env, HTTPS_PROXY, NO_PROXY: "", no_proxy: "" } });
    await proveFix(through(`http://${address}`), {
      ...{ command, fix: "lib/http/http-failure.ts: Name the proxy with user and password" },
      fill: { user: "somebody", password: "secret", proxy: address },
    });
    await proveFix(through(`http://somebody:secret/${address}`), {
      ...{ command, fix: "lib/http/variables.ts: Name the proxy" },
      fill: { proxy: `somebody:secret@${address}` },
    });
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

// Nothing is reached through this address, at once.
for (const fix of [
  "lib/http/http-failure.ts: Name one that answers",
  "lib/http/http-failure.ts: Where this machine needs none",
])
  testFix(fix, async () => {
    const proxy = await startProxy();
    proxies.push(proxy);
    return {
      env: { HTTPS_PROXY: "http://255.255.255.255:1", NO_PROXY: "", no_proxy: "" },
      ...{ command: "secure-app-model status" },
      fill: { proxy: `somebody:secret@${addressOf(proxy)}` },
    };
  });
const proxies: Server[] = [];
afterAll(() => {
  for (const proxy of proxies) {
    proxy.closeAllConnections();
    proxy.close();
  }
});

/** In the folder of PATH: what follows `--` is a command's own, and the option that is added behind is not. */
const execLine = async (...argv: string[]) => {
  const line = `exec secure-app-model exec ${argv.join(" ")} "$@" -- true`;
  await writeFile(join(folder, "exec-line"), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return "exec-line";
};

testFix("cli/terminal/whole-file.ts: Name another place for temporary files", async () => ({
  // A process: Node.js itself reads the variable.
  env: { NODE_OPTIONS: "--no-warnings", TMPDIR: join(folder, "nowhere") },
  command: await execLine(),
  fill: { folder },
}));

testFix(
  "cli/exec/az-login.ts: Name a file with the roots that az is to trust, which replaces its own list",
  async () => {
    // As the real one does without the embedded cloud's root.
    const said =
      "ERROR: Unable to get endpoints from the cloud. (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')))";
    const bin = join(folder, "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "az"), `#!/bin/sh\n[ -f "$REQUESTS_CA_BUNDLE" ] || { echo "${said}" >&2; exit 1; }\n`, {
      mode: 0o755,
    });
    const env = { PATH: [bin, terminal.env["PATH"]].join(delimiter) };
    return { env, command: await execLine("--az"), fill: { file: stage.emulator.caFile } };
  },
);

testFix("cli/report/webhook.ts: Set it", () => ({
  command: "secure-app-model status --notify",
  fill: { "https address": "https://hooks.slack.com/services/x" },
}));

// At a terminal, where nothing is piped in.
testFix("cli/explain/explain.ts: Name an error, or pipe a log into it", async () => {
  const atTerminal = '#!/bin/sh\nexec script -qec "secure-app-model $*" /dev/null\n';
  await writeFile(join(folder, "at-terminal"), atTerminal, { mode: 0o755 });
  return { command: "at-terminal explain", itself: true };
});

testFix("cli/token/powershell.ts: Known are {}; for any other resource, use the token itself", () => ({
  command: "secure-app-model token graph --powershell Connect-Nothing",
  itself: true,
}));

// A value that no line of PowerShell can hold.
testFix("cli/token/powershell.ts: Use the token itself", () => {
  const account = stage.serviceAccount();
  account.userPrincipalName = `${account.userPrincipalName}\u0085`;
  return { command: "secure-app-model token arm --powershell", itself: true };
});

testFix("cli/report/tracker.ts: Name one that there is", () => ({
  env: { GITHUB_TOKEN: "", GITHUB_REPOSITORY: "" },
  ...{ command: "secure-app-model status --report-to jira", itself: true, code: 2 },
  // The right one: now the variables of an issue tracker are missing.
  proven: ({ after }) => {
    expect(after.stdout).toContain("GITHUB_TOKEN");
  },
}));
