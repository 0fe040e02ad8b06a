/** The endpoint of `exec`: who gets a token, who is refused, and that both are logged. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { IdentityEndpoint } from "../../cli/exec/identity-endpoint";
import { AccessTokens } from "../../lib/oauth/access-tokens";
import { isSoak } from "../e2e/support/soak";
import { type Opened, pageForEach } from "../e2e/support/chromium";

const tenantId = "4d9c2a71-e6b3-4f08-a15d-8c7e0b9f3d52";
const resource = "https://graph.example";
const query = `?api-version=2019-08-01&resource=${resource}`;
const handed = `token for ${resource} in tenant ${tenantId}`;

let endpoint: IdentityEndpoint;
let header: string;
let log: string[];
const redeem = jest.fn(() =>
  Promise.resolve({
    accessToken: "canary",
    expiresOn: new Date(Date.now() + 3_600_000),
    ...{ refreshToken: "r", resource, scopes: [] },
  }),
);
beforeEach(async () => {
  redeem.mockClear();
  log = [];
  endpoint = await IdentityEndpoint.open((line) => log.push(line));
  const tokens = new AccessTokens(redeem);
  header = endpoint.add({ clientId: "c", tenantId, tokenFor: (asked) => tokens.of(asked), refused: () => undefined });
});
afterEach(() => {
  endpoint.close();
});

interface Asked {
  method?: string;
  to?: string;
  headers?: Record<string, string>;
}

async function ask({ method = "GET", to = query, headers = {} }: Asked): Promise<[number | undefined, unknown]> {
  const asked = request(new URL(to, endpoint.address), { method, headers }).end();
  const [answer] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
  const text = (await Array.fromAsync(answer.setEncoding("utf8"))).join("");
  return [answer.statusCode, JSON.parse(text)];
}
const right = () => ({ "X-IDENTITY-HEADER": header });

test.each<[string, number, RegExp, () => Asked]>([
  ["no header", 403, /header x-identity-header belongs to no/u, () => ({})],
  ["a wrong header", 403, /header x-identity-header/u, () => ({ headers: { "X-IDENTITY-HEADER": "f".repeat(64) } })],
  ["the other version's header", 403, /header x-identity-header/u, () => ({ headers: { Secret: header } })],
  ["a page's origin", 403, /Web pages get no token/u, () => ({ headers: { ...right(), Origin: "https://a.example" } })],
  [
    "a page without one",
    403,
    /Web pages get no token/u,
    () => ({ headers: { ...right(), "Sec-Fetch-Site": "cross-site" } }),
  ],
  ["a name that leads here", 403, /Web pages get no token/u, () => ({ headers: { ...right(), Host: "a.example:80" } })],
  ["another method", 404, /Only GET \/msi\/token/u, () => ({ method: "POST", headers: right() })],
  ["another path", 404, /Only GET \/msi\/token/u, () => ({ to: `/metadata/identity${query}`, headers: right() })],
  [
    "another version",
    400,
    /none of 2019-08-01, 2017-09-01/u,
    () => ({ to: `?resource=${resource}`, headers: right() }),
  ],
  ["another identity", 400, /client_id asks for another/u, () => ({ to: `${query}&client_id=c`, headers: right() })],
  ["no resource", 400, /one resource/u, () => ({ to: "?api-version=2019-08-01", headers: right() })],
  ["two resources", 400, /one resource/u, () => ({ to: `${query}&resource=b`, headers: right() })],
  [
    "the header of a command that has ended",
    403,
    /belongs to no running command/u,
    () => {
      endpoint.remove(header);
      return { headers: right() };
    },
  ],
])("%s is refused in the service's form, and logged", async (_, status, message, asked) => {
  const said = { statusCode: status, message: expect.stringMatching(message) as string };
  expect(await ask(asked())).toEqual([status, said]);
  expect(log).toEqual([expect.stringMatching(`^refused: .*${message.source}`)]);
  expect(redeem).not.toHaveBeenCalled();
});

test("a token is redeemed once, kept until five minutes before its end, and not kept where that fails", async () => {
  const answered = [200, expect.objectContaining({ access_token: "canary", resource })];
  redeem.mockRejectedValueOnce(new Error("an outage"));
  expect(await ask({ headers: right() })).toEqual([400, { statusCode: 400, message: "an outage" }]);
  for (let call = 0; call < 3; call++) expect(await ask({ headers: right() })).toEqual(answered);
  expect(redeem).toHaveBeenCalledTimes(2);
  jest.spyOn(Date, "now").mockReturnValue(Date.now() + 56 * 60_000);
  expect(await ask({ headers: right() })).toEqual(answered);
  expect(redeem).toHaveBeenCalledTimes(3);
  expect(log.slice(1)).toEqual(Array(4).fill(handed));
});

/** Of each process: a thousand of all ten in the soak. */
const calls = isSoak ? 100 : 10;

test("many calls of ten processes are as many answers, each logged, of one redemption", async () => {
  const script = `
    const { get } = require("node:http");
    const ask = () => new Promise((resolve) =>
      get(process.argv[1], { headers: { "X-IDENTITY-HEADER": process.argv[2] } }, (answer) =>
        answer.resume().on("end", () => resolve(answer.statusCode))));
    (async () => {
      const all = [];
      for (let call = 0; call < ${calls}; call++) all.push(await ask());
      console.log(all.filter((status) => status === 200).length);
    })();`;
  const callers = Array.from({ length: 10 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, endpoint.address + query, header]);
    return Number(stdout);
  });
  expect(await Promise.all(callers)).toEqual(Array(10).fill(calls));
  expect(log).toEqual(Array(10 * calls).fill(handed));
  expect(redeem).toHaveBeenCalledTimes(1);
});

describe("a page in a browser", () => {
  let page: Opened["page"];
  pageForEach((opened) => ({ page } = opened));

  test("gets no token, even with the header, and is logged", async () => {
    const site = createServer((_, response) => response.end("<title>site</title>"));
    await once(site.listen(0, "127.0.0.1"), "listening");
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
    const got = await page.evaluate(
      async ([address, secret]) => {
        const tries = [{}, { mode: "no-cors" as const }, { headers: { "X-IDENTITY-HEADER": String(secret) } }];
        const fetched = tries.map((options) => fetch(String(address), options).then((it) => it.text(), String));
        return await Promise.all(fetched);
      },
      [endpoint.address + query, header],
    );
    site.close();
    expect(got).toEqual(["TypeError: Failed to fetch", "", "TypeError: Failed to fetch"]);
    expect(log).toEqual(Array(3).fill("refused: Web pages get no token."));
    expect(redeem).not.toHaveBeenCalled();
  });
});
