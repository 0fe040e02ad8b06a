/** Problems of this machine, its network or its input: each printed fix is run in the situation that prints it. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { proveFix } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let terminal: Place["terminal"];
let folder: Place["folder"];
placeForEach((fresh) => {
  ({ stage, terminal, folder } = fresh);
});
const withVariables = (changes: Record<string, string>) => ({ ...terminal, env: { ...terminal.env, ...changes } });

test("NODE_DEBUG", async () => {
  const fix = "lib/http/variables.ts: Run it without";
  await proveFix(withVariables({ NODE_DEBUG: "http" }), { command: "secure-app-model status", fix });
});

/** A proxy that requires a name and a password. */
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

test("a proxy that wants a name and a password", async () => {
  const proxy = await startProxy();
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    const fix = "lib/http/http-failure.ts: Name the proxy with user and password";
    const fill = { user: "somebody", password: "secret", proxy: address };
    const through = withVariables({ HTTPS_PROXY: `http://${address}`, NO_PROXY: "", no_proxy: "" });
    await proveFix(through, { command: "secure-app-model status", fix, fill });
    const broken = withVariables({ HTTPS_PROXY: `http://somebody:secret/${address}`, NO_PROXY: "", no_proxy: "" });
    await proveFix(broken, {
      command: "secure-app-model status",
      fix: "lib/http/variables.ts: Name the proxy",
      fill: { proxy: `somebody:secret@${address}` },
    });
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

describe("a command at a terminal, where nothing is piped in", () => {
  beforeEach(async () => {
    const atTerminal = '#!/bin/sh\nexec script -qec "secure-app-model $*" /dev/null\n';
    await writeFile(join(folder, "at-terminal"), atTerminal, { mode: 0o755 });
  });

  test("explain", async () => {
    const fix = "cli/explain/explain.ts: Name an error, or pipe a log into it";
    await proveFix(terminal, { command: "at-terminal explain", fix, itself: true });
  });
});

describe("PowerShell", () => {
  test("a cmdlet that there is none of", async () => {
    const fix = "cli/token/powershell.ts: Known are {}; of any other resource, take the token alone";
    const command = "secure-app-model token graph --powershell Connect-Nothing";
    await proveFix(terminal, { command, fix, itself: true });
  });

  test("a value that no line can hold", async () => {
    const account = stage.serviceAccount();
    account.userPrincipalName = `${account.userPrincipalName}\u0085`;
    const fix = "cli/token/powershell.ts: Take the token alone";
    await proveFix(terminal, { command: "secure-app-model token arm --powershell", fix, itself: true });
  });
});

test("an issue tracker that there is none of", async () => {
  const fix = "cli/report/tracker.ts: Name one that there is";
  const variables = { GITHUB_TOKEN: "", GITHUB_REPOSITORY: "" };
  const { after } = await proveFix(withVariables(variables), {
    ...{ command: "secure-app-model status --report-to jira", fix },
    ...{ itself: true, code: 2 },
  });
  // The right one: now the variables of an issue tracker are missing.
  expect(after.stdout).toContain("GITHUB_TOKEN");
});
