/**
 * Every reader of a service's answer against answers that no service gives: it ends in time, in words that do no harm, and asks nobody else. The gate has a
 * sample; `npm run soak -- http/hostile` makes up SOAK_CASES for each (default 20,000, four answers in each). An error names its seed and the smallest answers.
 */
import fc from "fast-check";
import { requireAccount } from "../../lib/token/stored-token";
import { verifyTokens } from "../../lib/token/verify";
import { readableClaims } from "../../lib/oauth/claims";
import { target } from "../token/fixtures";
import { isSoak } from "../e2e/support/soak";
import { jwt } from "../oauth/fake-entra";
import { hostileAnswer } from "./hostile/answers";
import { changed, rightAnswers, text } from "./hostile/bodies";
import { judged, problemOf, requireSound } from "./hostile/judge";
import { answered, begin } from "./hostile/network";
import { asker, redirects, requests } from "./hostile/requests";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("./hostile/network")>("./hostile/network").mockedNetwork(),
);
jest.mock("../../lib/startup/waiting", () =>
  jest.requireActual<typeof import("./hostile/network")>("./hostile/network").mockedWaiting(),
);

const numRuns = isSoak ? Number(process.env["SOAK_CASES"] ?? 20_000) : 25;
let end: () => void;
beforeAll(() => {
  end = begin();
});
afterAll(() => {
  end();
});

test.each(Object.entries(requests))("%s", async (_, ask) => {
  const answers = fc.array(hostileAnswer, { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(answers, async (some) => {
    // An assertion of Jest's costs a twentieth of a case.
    const problem = await judged(ask, some);
    if (problem !== undefined) throw new Error(problem);
  });
  await fc.assert(property, { numRuns });
});

test.each(Object.entries(redirects))("%s, in a browser's address", (_, check) => {
  const names = fc.constantFrom("code", "error", "error_description", "tenant", "admin_consent");
  const property = fc.property(fc.dictionary(names, text), (some) => {
    try {
      check(new URLSearchParams({ ...some, state: "s" }));
    } catch (error) {
      expect(problemOf(error)).toBeUndefined();
    }
  });
  fc.assert(property, { numRuns });
});

test.each(rightAnswers)("%s, with one place of another kind, %#", async (name, ...answers) => {
  const problems: string[] = [];
  const first = answers.slice(0, -1).map((one) => answered(one));
  for (const { place, with: body } of changed(answers.at(-1))) {
    const read = async () => {
      requireSound(await asker(name)());
    };
    const problem = await judged(read, [...first, answered(body)]);
    if (problem !== undefined) problems.push(`${place} = ${JSON.stringify(body)}: ${problem}`);
  }
  expect(problems).toEqual([]);
});

describe("claims", () => {
  const claims = {
    ...{ tid: target.tenantId, aud: target.cloud.partnerCenter, oid: "o", upn: "svc@partner.example", amr: ["mfa"] },
    ...{ unique_name: "u", preferred_username: "p", appid: "a", roles: ["x"], scp: "x y", wids: ["w"] },
  };
  const tokensOf = (accessToken: string) => ({
    ...{ accessToken, refreshToken: "r", expiresOn: new Date(), scopes: [], resource: target.cloud.partnerCenter },
  });
  const tags = { "account-name": "svc", account: "o", tenant: target.tenantId } as never;
  const isRight = (name: string, value: unknown) =>
    value === undefined || (["amr", "roles", "wids"].includes(name) ? Array.isArray(value) : typeof value === "string");

  test("each is of its kind, or absent; each reader refuses in words, or takes what is right", () => {
    for (const { place, with: payload } of changed(claims)) {
      const token = payload === undefined ? "opaque" : jwt(payload as object);
      for (const read of [
        verifyTokens.bind(undefined, target, tokensOf(token)),
        requireAccount.bind(undefined, tags, token),
      ]) {
        try {
          read();
        } catch (error) {
          expect([place, payload, problemOf(error)]).toEqual([place, payload, undefined]);
        }
      }
      const wrong = Object.entries(readableClaims(token) ?? {}).filter(([name, value]) => !isRight(name, value));
      expect(wrong).toEqual([]);
    }
  });

  test.each([
    ["of no account", { oid: 7 }, "The token names no account."],
    ["of multi-factor authentication in a text", { amr: "mfa" }, "signed in without multi-factor authentication"],
  ])("nothing is stored that is %s", (_, changes, what) => {
    expect(() => verifyTokens(target, tokensOf(jwt({ ...claims, ...changes })))).toThrow(what);
  });
});
