/** Every claim and attribute that is read, each with every odd value in its place: a right value comes of it, or a failure in words. */
import { factsOf, judgeVersions } from "../../lib/consent/health";
import { requireAccount } from "../../lib/consent/stored-token";
import { verifyTokens } from "../../lib/consent/verify";
import { cloudOf } from "../../lib/config/clouds";
import { readableClaims } from "../../lib/oauth/claims";
import { redeemRefreshToken } from "../../lib/oauth/refresh-token";
import { findApplicationNamed, findServicePrincipal } from "../../lib/application/applications";
import { accessTo } from "../../lib/application/who-may-act";
import { AzureApi } from "../../lib/azure/api";
import { heldAt } from "../../lib/azure/held-permissions";
import { Certificates } from "../../lib/vault/certificates";
import { DataPlane } from "../../lib/vault/data-plane";
import { Vault } from "../../lib/vault/secrets";
import { target } from "../consent/fixtures";
import { jwt } from "../oauth/fake-entra";
import { ownEndpoints } from "../support/own-endpoints";
import { begin } from "./hostile/ask";
import { judged, problemOf } from "./hostile/judge";
import { guid, origin } from "./hostile/network";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("./hostile/network")>("./hostile/network").mockedNetwork(),
);
jest.mock("../../lib/startup/waiting", () =>
  jest.requireActual<typeof import("./hostile/waits")>("./hostile/waits").mockedWaiting(),
);

const odd: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER, "", "x", "true", "mfa", "2026-13-45T99:00:00Z"],
  ...[[], ["mfa"], [null], {}, { value: null }],
];

const cloud = cloudOf("AzureCloud", ownEndpoints({ authority: origin, microsoftGraph: origin }));
const credential = { getToken: () => Promise.resolve({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
const graph = () => new AzureApi("Microsoft Graph", origin, credential);

/** The value with each of its places in turn replaced, or left out. */
function* changed(value: unknown): Generator<{ place: string; with: unknown }> {
  for (const one of [...odd, undefined]) yield { place: "", with: one };
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const { place, with: part } of changed(inner)) {
      const whole = Array.isArray(value)
        ? value.map((one, at) => (String(at) === key ? part : (one as unknown)))
        : { ...value, [key]: part };
      yield { place: `.${key}${place}`, with: whole };
    }
  }
}

const instant = { enabled: true, created: 1_700_000_000, updated: 1_700_000_000, exp: 1_900_000_000, nbf: 1 };
const listed = {
  value: [{ id: `${origin}/secrets/x/v`, attributes: instant, tags: { tenant: guid } }],
  nextLink: null,
};
const certificate = { ...listed.value[0], id: `${origin}/certificates/x/v`, x5t: "AA", cer: "AA==" };
const key = {
  keyId: guid,
  displayName: "x",
  startDateTime: "2026-01-01T00:00:00Z",
  endDateTime: "2027-01-01T00:00:00Z",
};
const application = {
  ...{ id: guid, appId: guid, displayName: "x", signInAudience: "AzureADMyOrg", identifierUris: ["api://x"] },
  isFallbackPublicClient: null,
  web: { redirectUris: ["urn:y"], implicitGrantSettings: { enableIdTokenIssuance: true } },
  ...{ spa: { redirectUris: [] }, publicClient: { redirectUris: [] } },
  requiredResourceAccess: [{ resourceAppId: guid, resourceAccess: [{ id: guid, type: "Scope" }] }],
  ...{ passwordCredentials: [key], keyCredentials: [{ ...key, customKeyIdentifier: "AA", usage: "Verify" }] },
};
const principal = {
  ...{ id: guid, appId: guid, displayName: "x", appOwnerOrganizationId: guid, accountEnabled: true },
  oauth2PermissionScopes: [{ id: guid, value: "User.Read", type: "User", isEnabled: true }],
  appRoles: [{ id: guid, value: "x", isEnabled: true, allowedMemberTypes: ["Application"] }],
};
const tokens = { access_token: "a.e30.c", refresh_token: "r", token_type: "Bearer", expires_in: 3600, scope: "x/y" };
const shown = (dates: readonly (Date | undefined)[]) => dates.map((date) => date?.toISOString());

/** A right answer, and what reads all of it. */
const readers: Record<string, [answer: object, read: () => Promise<unknown>]> = {
  "a secret's versions": [
    listed,
    async () => {
      const versions = await new Vault(cloud, origin, credential).listVersions("x");
      for (const { enabled } of versions) expect(typeof enabled).toBe("boolean");
      return [shown(versions.map(({ createdOn }) => createdOn)), factsOf(judgeVersions(versions, () => true, 30))];
    },
  ],
  "a certificate's versions": [
    { value: [certificate] },
    async () => {
      const found = await new Certificates(new DataPlane(origin, credential)).listVersions("x");
      return found.map(({ createdOn, notBefore, expiresOn }) => shown([createdOn, notBefore, expiresOn]));
    },
  ],
  "an application": [
    { value: [application] },
    async () => {
      const found = await findApplicationNamed(graph(), guid);
      const ends = found?.passwordCredentials.map(({ endDateTime }) => new Date(endDateTime));
      return [shown(ends ?? []), found?.requiredResourceAccess.flatMap(({ resourceAccess }) => resourceAccess.length)];
    },
  ],
  "a service principal": [
    principal,
    async () => (await findServicePrincipal(graph(), guid))?.appRoles.map(({ value }) => value?.toLowerCase()),
  ],
  "who may act": [
    application,
    async () => await accessTo(graph(), { set: "servicePrincipals", id: guid, clientId: guid }),
  ],
  "held permissions": [
    { value: [{ actions: ["*"], notActions: [], dataActions: null }] },
    async () => (await heldAt(graph(), "/x")).map(({ actions, notActions }) => [actions?.length, notActions?.length]),
  ],
  "a token's answer": [
    tokens,
    async () => {
      const asked = { tenantId: guid, clientId: guid, clientSecret: "canary-client-secret" };
      return shown([(await redeemRefreshToken(cloud, asked, "canary-refresh-token", origin)).expiresOn]);
    },
  ],
};

describe("answers", () => {
  let end: () => Promise<void>;
  beforeAll(async () => {
    end = await begin("fed");
  });
  afterAll(async () => {
    await end();
  });

  test.each(Object.entries(readers))("%s", async (_, [answer, read]) => {
    const problems: string[] = [];
    const isToken = answer === tokens;
    for (const { place, with: body } of changed(answer)) {
      const headers = { "content-type": "application/json" };
      const given = {
        failure: undefined,
        status: 200,
        headers,
        body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
        cut: false,
      };
      const discovery = {
        issuer: `${origin}/${guid}/v2.0`,
        ...{ token_endpoint: `${origin}/t`, authorization_endpoint: `${origin}/a`, jwks_uri: `${origin}/k` },
      };
      const first = { ...given, body: Buffer.from(JSON.stringify(discovery)) };
      const problem = await judged(read, isToken ? [first, given] : [given]);
      if (problem !== undefined) problems.push(`${place} = ${JSON.stringify(body)}: ${problem}`);
    }
    expect(problems).toEqual([]);
  });
});

describe("claims", () => {
  const claims = {
    ...{ tid: target.tenantId, aud: target.cloud.partnerCenter, oid: "o", upn: "svc@partner.example", amr: ["mfa"] },
    ...{ unique_name: "u", preferred_username: "p", appid: guid, roles: ["x"], scp: "x y", wids: [guid] },
  };
  const tokensOf = (accessToken: string) => ({
    ...{ accessToken, refreshToken: "r", expiresOn: new Date(), scopes: [], resource: target.cloud.partnerCenter },
  });
  const tags = { "account-name": "svc", account: "o", tenant: guid } as never;

  test("each is of its kind, or absent; each reader refuses in words, or takes what is right", () => {
    const problems: string[] = [];
    for (const { place, with: payload } of changed(claims)) {
      const token = payload === undefined ? "opaque" : jwt(payload as object);
      for (const read of [
        () => verifyTokens(target, tokensOf(token)),
        () => {
          requireAccount(tags, token);
        },
      ]) {
        try {
          read();
        } catch (error) {
          const problem = problemOf(error);
          if (problem !== undefined) problems.push(`${place} = ${JSON.stringify(payload)}: ${problem}`);
        }
      }
      for (const [name, value] of Object.entries(readableClaims(token) ?? {})) {
        const isList = ["amr", "roles", "wids"].includes(name);
        const isRight = value === undefined || (isList ? Array.isArray(value) : typeof value === "string");
        if (!isRight) problems.push(`${name} is ${JSON.stringify(value)}`);
      }
    }
    expect(problems).toEqual([]);
  });

  test.each([
    ["of no account", { oid: 7 }, "The token names no account."],
    ["of multi-factor authentication in a text", { amr: "mfa" }, "signed in without multi-factor authentication"],
  ])("nothing is stored that is %s", (_, changes, what) => {
    expect(() => verifyTokens(target, tokensOf(jwt({ ...claims, ...changes })))).toThrow(what);
  });
});
