/** What is told of an answer that is none of the service: whose it was, what was asked, and no value of it. */
import { answered, answerWith, begin, origin } from "./hostile/network";
import { asker } from "./hostile/requests";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("./hostile/network")>("./hostile/network").mockedNetwork(),
);

let end: () => void;
beforeAll(() => {
  end = begin();
});
afterAll(() => {
  end();
});

const notVaults = `Reading secret x in ${origin} failed: the answer is not from a vault.`;
const with200 = (who: string, path: string, problem: string) =>
  `${who} (${origin}) answered GET ${path} with 200 and ${problem}. Check the proxy (HTTPS_PROXY, NO_PROXY), and that`;

test.each([
  ["Graph, get", "null", with200("Microsoft Graph", "/v1.0/x", "unexpected JSON (expected Object)")],
  [
    "Graph, list",
    '{"value":"canary"}',
    with200("Microsoft Graph", "/v1.0/x", "unexpected JSON (expected Array at value)"),
  ],
  [
    "Partner Center, customers",
    '{"items":[{"id":7}]}',
    with200("Partner Center", "/v1/customers", "unexpected JSON (expected string at items.0.id)"),
  ],
  ["a runner's token", '{"value":""}', with200("The OIDC issuer", "/t", "unexpected JSON (expected !0 at value)")],
  ["GitHub, issues", '"canary"', with200("GitHub", "/repos/a/b/issues", "unexpected JSON (expected Array)")],
  ["vault, read", "<html>", notVaults],
  ["vault, read", "null", notVaults],
  ["vault, read", '"canary"', notVaults],
])("%s: in place of an answer %j, which is not repeated", async (name, body, said) => {
  answerWith([answered(body, { "content-type": body.startsWith("<") ? "text/html" : "application/json" })]);
  const { message } = (await asker(name)().catch((error: unknown) => error)) as Error;
  expect([message.slice(0, said.length), message.includes("canary")]).toEqual([said, false]);
});

test("a vault that does not answer is none that was found, and one that answers hostilely is told", async () => {
  answerWith([{ ...answered({}), failure: "ECONNRESET" }]);
  expect(await asker("vault, a challenge")()).toBe(false);
  answerWith([{ ...answered({}), status: 302 }]);
  await expect(asker("vault, a challenge")()).rejects.toThrow(`The vault (${origin}) answers with a redirect (302)`);
});
