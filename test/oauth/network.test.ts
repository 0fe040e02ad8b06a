import { once } from "node:events";
import { createServer as createProxy } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { clouds } from "../../lib/config/clouds";
import { HttpFailure } from "../../lib/http/http-failure";
import { asVaultError } from "../../lib/vault/vault-error";
import { type Answer, answering, type HostileServer, startHostileServer } from "../http/hostile-server";
import { withShortPauses } from "../support/pauses";
import { trust } from "../../tools/embedded-cloud/testing/emulator";

let server: HostileServer;
let origin: string;
const fine = answering(200, '{"answer":1}', { "X-Thing": "a" });
/** A connection that ends without a response. */
const dropped: Answer = (response) => response.socket?.destroy();

beforeAll(async () => {
  server = await startHostileServer();
  ({ origin } = server);
  trust(server.caFile);
});
beforeEach(() => {
  server.answers(fine);
});
afterAll(() => server.close());

/** The module in a process with these proxy variables, which are read only once. */
async function withVariables<T>(variables: Record<string, string>, use: (network: Network) => Promise<T>): Promise<T> {
  const names = ["HTTPS", "ALL", "HTTP", "NO"].flatMap((of) => [`${of}_PROXY`, `${of}_PROXY`.toLowerCase()]);
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, variables);
  try {
    jest.resetModules();
    return await use(
      jest
        .requireActual<typeof import("../../lib/oauth/network.js")>("../../lib/oauth/network")
        .networkOf({ ...clouds.AzureCloud, authority: origin }),
    );
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}
type Network = ReturnType<typeof import("../../lib/oauth/network.js").networkOf>;

const form = { headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "grant_type=x&client_secret=y" };

test("a form goes out as it is and the answer comes back whole, a refusal's too", async () => {
  server.answers(answering(400, '{"answer":1}', { "X-Thing": "a" }));
  const { status, headers, body } = await withVariables({}, (network) =>
    network.sendPostRequestAsync(`${origin}/token?a=b`, form),
  );
  expect({ status, thing: headers["x-thing"], body }).toEqual({ status: 400, thing: "a", body: { answer: 1 } });
  expect(server.whole).toEqual([`POST /token?a=b application/x-www-form-urlencoded ${form.body}`]);
});

test("a question has no body", async () => {
  await withVariables({}, (network) => network.sendGetRequestAsync(`${origin}/configuration`));
  expect(server.whole).toEqual(["GET /configuration"]);
});

test("a question whose connection ends is asked again; a form is not", async () => {
  await withShortPauses(async () => {
    await withVariables({}, async (network) => {
      server.answers(dropped, dropped, fine);
      expect(await network.sendGetRequestAsync(`${origin}/configuration`)).toMatchObject({ status: 200 });
      expect(server.arrived).toHaveLength(3);
      server.answers(dropped, fine);
      await expect(network.sendPostRequestAsync(`${origin}/token`, form)).rejects.toThrow();
    });
  });
  expect(server.arrived).toHaveLength(1);
});

test.each(["scope", "error_description", "access_token"])(
  "an answer whose %s is no text goes no further than here",
  async (name) => {
    server.answers(answering(200, JSON.stringify({ [name]: { no: "text" } })));
    await withVariables({}, async (network) => {
      await expect(network.sendPostRequestAsync(`${origin}/token`, form)).rejects.toMatchObject({
        errorCode: "network_error",
        cause: { reason: "unexpected" },
      });
    });
  },
);

describe("behind a proxy", () => {
  const tunnels: (string | undefined)[] = [];
  /** How often the proxy refuses, with which status. */
  let refusals = 0;
  let refusal = 0;
  const proxy = createProxy().on("connect", ({ url }, socket) => {
    tunnels.push(url);
    if (refusals-- > 0) {
      const page = "<html>Blocked by policy canary</html>";
      socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
      return;
    }
    const { hostname, port } = new URL(`http://${url ?? ""}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
  });
  let variables: Record<string, string>;
  beforeAll(async () => {
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    variables = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  });
  beforeEach(() => {
    tunnels.length = 0;
    refusals = 0;
  });
  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const ask = (network: Network) => network.sendGetRequestAsync(`${origin}/configuration`);

  test("it goes through it", async () => {
    expect(await withVariables(variables, ask)).toMatchObject({ status: 200 });
    expect(tunnels).toEqual([new URL(origin).host]);
  });

  test("an unreachable proxy is reported as the proxy, not as the service", async () => {
    const nobody = { HTTPS_PROXY: "http://127.0.0.1:1" };
    const asked = withShortPauses(async () => await withVariables(nobody, ask));
    const failure = await asked.catch((error: unknown) => (error as Error).cause);
    expect((failure as Error).message).toContain(
      `(${origin}) cannot be reached through the proxy: ECONNREFUSED. Name a proxy that answers: `,
    );
  });

  test.each([
    [403, 1, "refuses (403). Have the proxy let this address through"],
    [407, 1, "refuses without a sign-in (407). Name the proxy with user and password"],
    [502, 7, "does not connect (502). Check the addresses that the proxy may connect to"],
  ])("its %s, in place of the service's answer, is told as the proxy's", async (status, times, words) => {
    [refusals, refusal] = [Number.POSITIVE_INFINITY, status];
    const asked = withShortPauses(async () => await withVariables(variables, ask));
    const failure = await asked.catch((error: unknown) => (error as Error).cause);
    expect(failure).toMatchObject({ code: "http-proxy", reason: "proxy" });
    expect((failure as Error).message).toContain(`(${origin}) cannot be reached: the proxy ${words}`);
    expect((failure as Error).message).not.toContain("canary");
    expect([tunnels.length, server.arrived]).toEqual([times, []]);
    const told = asVaultError("Reading secret x", new HttpFailure("proxy", origin, (failure as HttpFailure).happening));
    expect(told.message).toMatch(/^Reading secret x failed: the vault \(.*\) cannot be reached: the proxy /u);
    expect(told.message).not.toMatch(/vault exists/u);
  });

  test("where it does not connect for a moment, nothing was sent: even a code is", async () => {
    [refusals, refusal] = [2, 502];
    const sent = withShortPauses(
      async () => await withVariables(variables, (network) => network.sendPostRequestAsync(`${origin}/token`, form)),
    );
    expect(await sent).toMatchObject({ status: 200 });
    expect([tunnels.length, server.arrived.length]).toEqual([3, 1]);
  });

  test("the proxy is not used for hosts in NO_PROXY", async () => {
    expect(await withVariables({ ...variables, NO_PROXY: "127.0.0.1" }, ask)).toMatchObject({ status: 200 });
    expect(tunnels).toEqual([]);
  });
});
