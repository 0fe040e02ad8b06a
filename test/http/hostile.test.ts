/** Every kind of request with every kind of misbehaviour: the same message for every caller. */
import { anything, AzureApi } from "../../lib/azure/api";
import { oidcToken } from "../../lib/azure/oidc-token";
import { askAuthority } from "../../cli/doctor/authority";
import { GitHub } from "../../cli/report/github";
import { forIssues } from "../../cli/report/tracker";
import { cloudOf } from "../../lib/config/clouds";
import { limits } from "../../lib/http/limits";
import { discoverTenant } from "../../lib/oauth/discovery";
import { networkOf } from "../../lib/oauth/network";
import { PartnerCenter } from "../../lib/partner-center/api";
import { customerPages } from "../../lib/partner-center/customers";
import { requireVault } from "../../lib/vault/challenge";
import { Vault } from "../../lib/vault/secrets";
import * as v from "valibot";
import { trust } from "../../embedded-cloud/testing/emulator";
import {
  type Answer,
  answering,
  cut,
  cutInGzip,
  dripping,
  endless,
  type HostileServer,
  silent,
  startHostileServer,
} from "./hostile-server";
import { ownEndpoints } from "../support/own-endpoints";

let server: HostileServer;
let origin: string;
const usual = { ...limits };
beforeAll(async () => {
  server = await startHostileServer();
  ({ origin } = server);
  trust(server.caFile);
});
/** Short only where the limit itself is tested: a busy machine needs time for the rest. */
const meets = (answer: Answer): void => {
  server.answers(answer);
  const attempt = answer === silent || answer === dripping ? 150 : 30_000;
  Object.assign(limits, { attempt, pause: 1, body: 100_000 });
};
afterEach(() => {
  Object.assign(limits, usual);
});
afterAll(async () => {
  await server.close();
});

const credential = { getToken: () => Promise.resolve({ token: "canary", expiresOnTimestamp: Date.now() + 3_600_000 }) };
const cloud = () =>
  cloudOf("AzureCloud", ownEndpoints({ authority: origin, partnerCenter: origin, microsoftGraph: origin }));
const endpoints = "Check the endpoints (secure-application-model:endpoints, --endpoints).";

interface Kind {
  ask: () => Promise<unknown>;
  /** The name of the other side. */
  who: () => string;
  path: string;
  /** The text before and after the common message. */
  before?: string;
  after?: string;
  /** The required type of the response in the message about JSON of another shape. Default: Object. */
  shape?: string;
}

const json: Record<string, Kind> = {
  "Microsoft Graph": {
    ask: () => new AzureApi("Microsoft Graph", origin, credential).list("/v1.0/x?$top=1", anything),
    who: () => `Microsoft Graph (${origin})`,
    path: "/v1.0/x",
  },
  "Partner Center": {
    ask: () => Array.fromAsync(customerPages(new PartnerCenter(cloud(), "canary"))),
    who: () => `Partner Center (${origin})`,
    path: "/v1/customers",
  },
  discovery: {
    ask: () => discoverTenant(cloud(), "partner.example"),
    who: () => `The authority of AzureCloud (${origin})`,
    path: "/partner.example/v2.0/.well-known/openid-configuration",
    after: ` ${endpoints}`,
  },
  "MSAL's network": {
    ask: () =>
      networkOf(cloud())
        .sendGetRequestAsync(`${origin}/x?secret=canary`)
        .catch((error: unknown) => {
          throw (error as Error).cause as Error;
        }),
    who: () => `The authority (${origin})`,
    path: "/x",
    after: ` ${endpoints}`,
  },
  "the OIDC issuer": {
    ask: () =>
      (
        oidcToken(cloud(), {
          ARM_USE_OIDC: "true",
          ARM_OIDC_REQUEST_URL: `${origin}/token?x=canary`,
          ARM_OIDC_REQUEST_TOKEN: "canary",
        }) ?? (() => Promise.resolve(""))
      )(),
    who: () => `The OIDC issuer (${origin})`,
    path: "/token",
  },
  GitHub: {
    ask: () =>
      new GitHub({ GITHUB_API_URL: origin, GITHUB_REPOSITORY: "a/b", GITHUB_TOKEN: "canary" }, forIssues).ask(
        "GET",
        "/issues?x=1",
        v.array(v.string()),
      ),
    who: () => `GitHub (${origin})`,
    path: "/repos/a/b/issues",
    after: " The issue is unchanged; the next run will update it.",
    shape: "Array",
  },
};
const others: Record<string, Kind> = {
  "doctor's look at the authority": { ask: () => askAuthority(cloud()), who: () => origin, path: "" },
  "a vault's SDK": {
    ask: () => new Vault(cloud(), origin, credential).read("x"),
    who: () => `the vault (${origin})`,
    before: "Reading secret x in ORIGIN failed: ",
    path: "",
  },
};

const proxy = "Check the network and the proxy (HTTPS_PROXY, NO_PROXY).";
const noTime = `gave no whole answer within 0.15 seconds. ${proxy}`;
const broken = `cannot be reached: ECONNRESET. ${proxy}`;
const tooLong = "asks to wait 86400 seconds, where 60 seconds are the most. Try again after that time.";
const redirect = (status: number) =>
  `answers with a redirect (${status}) to elsewhere.example, which is not followed. ` +
  "Check the address, and the proxy (HTTPS_PROXY, NO_PROXY).";
const location = { Location: "https://elsewhere.example/canary?x" };

const always: [name: string, answer: Answer, problem: string][] = [
  ["says nothing", silent, noTime],
  ["drips", dripping, noTime],
  ["ends in the middle", cut, broken],
  ["ends in the middle of compression", cutInGzip, broken],
  ["does not end", endless, "answers more than 0.1 MB. Check the address, and the proxy (HTTPS_PROXY, NO_PROXY)."],
  ["redirects", answering(302, "", location), redirect(302)],
  ["redirects with the method kept", answering(307, "{}", location), redirect(307)],
  ["asks for a day", answering(429, "{}", { "Retry-After": "86400" }), `answers 429 and ${tooLong}`],
  ["asks for a day, down", answering(503, "", { "Retry-After": "86400" }), `answers 503 and ${tooLong}`],
  [
    "wants a sign-in to the proxy",
    answering(407, "<html>"),
    "cannot be reached: the proxy refuses without a sign-in (407). " +
      "Name the proxy with user and password: export 'HTTPS_PROXY=http://<user>:<password>@<proxy>'",
  ],
];

async function messageOf(asked: Promise<unknown>): Promise<string> {
  return await asked.then(
    (answer) => `no error, but ${JSON.stringify(answer)}`,
    (error: unknown) => (error as Error).message,
  );
}

describe.each(Object.entries({ ...json, ...others }))("%s", (_, { ask, who, before = "", after = "" }) => {
  test.each(always)("a server that %s", async (_name, answer, problem) => {
    meets(answer);
    // After a command the next fix is separated.
    const next = problem.endsWith("'") && after !== "" ? `; or:${after}` : after;
    expect(await messageOf(ask())).toBe(`${before.replace("ORIGIN", origin)}${who()} ${problem}${next}`);
  });
});

describe.each(Object.entries(json))("%s", (_, { ask, who, path, after = "", shape = "Object" }) => {
  const lets = () => `Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`;
  test.each([
    ["a page", "<html>canary", "no JSON (a proxy's page, perhaps)"],
    ["nothing", "", "no JSON (a proxy's page, perhaps)"],
    ["null", "null", `unexpected JSON (expected ${shape})`],
    ["a text", '"canary"', `unexpected JSON (expected ${shape})`],
  ])("%s in place of an answer", async (_name, body, problem) => {
    meets(answering(200, body));
    expect(await messageOf(ask())).toBe(`${who()} answered GET ${path} with 200 and ${problem}. ${lets()}${after}`);
  });
});

test.each([
  ["Microsoft Graph", "Microsoft Graph", '{"value":"canary"}', "expected Array at value"],
  ["Partner Center", "Partner Center", '{"items":[{"id":7}]}', "expected string at items.0.id"],
  ["discovery", "The authority of AzureCloud", '{"issuer":7}', "expected string at issuer"],
  ["the OIDC issuer", "The OIDC issuer", '{"value":""}', "expected !0 at value"],
])("%s: the place that is of another shape is named, never its value", async (kind, who, body, problem) => {
  meets(answering(200, body));
  const message = await messageOf(json[kind]?.ask() ?? Promise.resolve());
  expect(message).toContain(
    `${who} (${origin}) answered GET ${json[kind]?.path} with 200 and unexpected JSON (${problem}).`,
  );
  expect(message).not.toContain("canary");
});

test.each([
  ["a page", "<html>", "text/html"],
  ["null", "null", "application/json"],
  ["a text", '"x"', "application/json"],
])("%s in place of a vault's answer is no secret", async (_, body, type) => {
  meets(answering(200, body, { "Content-Type": type }));
  expect(await messageOf(new Vault(cloud(), origin, credential).read("x"))).toBe(
    `Reading secret x in ${origin} failed: the answer is not from a vault. ${proxy}`,
  );
});

test.each(always)("a vault is looked for at a server that %s", async (_, answer, problem) => {
  meets(answer);
  const elsewhere = problem === noTime || problem === broken;
  const found = await messageOf(requireVault(cloud(), origin));
  expect(found).toBe(elsewhere ? "no error, but false" : `The vault (${origin}) ${problem}`);
});
