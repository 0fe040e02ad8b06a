import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from "@azure/core-rest-pipeline";
import { httpClient } from "../../lib/http/client";
import { unreachable } from "../../lib/http/http-failure";
import { limits } from "../../lib/http/limits";
import { askedWait, forgetPauses } from "../../lib/http/pacing";
import { defaultRetries, type Manner, noRetries, pipelineOf } from "../../lib/http/policies";
import { now, useClock } from "../../lib/startup/clock";
import { forgetInterruption, interrupt, InterruptedError } from "../../lib/startup/waiting";
import { within } from "../../lib/http/within";
import { trust } from "../../tools/embedded-cloud/testing/emulator";
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

let server: HostileServer;
const usual = { ...limits };
let shown: jest.SpyInstance;
let restoreClock: (() => void) | undefined;
beforeAll(async () => {
  server = await startHostileServer();
  trust(server.caFile);
});
beforeEach(() => {
  // Only where a test says so is an answer slow.
  Object.assign(limits, { pause: 1, shownWait: 10, slow: usual.whole });
  shown = jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  Object.assign(limits, usual);
  forgetPauses();
  shown.mockRestore();
  restoreClock?.();
});
afterAll(() => server.close());

const ask = async (manner: Manner = defaultRetries, method: "GET" | "POST" = "GET"): Promise<PipelineResponse> =>
  await pipelineOf(manner).sendRequest(httpClient, createPipelineRequest({ url: `${server.origin}/x`, method }));
const fine = answering(200, "{}");

test("a wait that a service asks for is kept, shown, and longer than an attempt may take", async () => {
  let clock = now();
  restoreClock = useClock(() => clock);
  const answered = Promise.withResolvers<undefined>();
  shown.mockImplementation(() => {
    answered.resolve(undefined);
    return true;
  });
  server.answers(answering(429, "{}", { "Retry-After": "40" }), fine);
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance", "Date"] });
  try {
    const asked = ask();
    await answered.promise;
    const wait = `Waiting 40 seconds: ${new URL(server.origin).host} asks for it (429) …\n`;
    // An attempt has half a minute.
    clock += 40_000;
    await jest.advanceTimersByTimeAsync(39_999);
    expect(server.arrived).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect((await asked).status).toBe(200);
    expect(shown.mock.calls).toEqual([[wait]]);
  } finally {
    jest.useRealTimers();
  }
});

test("a short one is not shown, nor is one that is not kept", async () => {
  server.answers(answering(503, "{}", { "Retry-After": "0" }), answering(429, "{}", { "retry-after-ms": "5" }), fine);
  expect((await ask()).status).toBe(200);
  server.answers(answering(429, "{}", { "Retry-After": "30" }));
  expect((await ask(noRetries)).status).toBe(429);
  expect(shown).not.toHaveBeenCalled();
});

test("all attempts and waits together have a limit", async () => {
  limits.whole = 150;
  for (const status of [429, 503]) {
    server.answers(answering(status, "{}", { "Retry-After": "30" }));
    await expect(ask()).rejects.toThrow(
      `${server.origin} answers ${status}, still after 0.15 seconds, retries included. Try again in a few minutes.`,
    );
    forgetPauses();
  }
  server.answers(silent);
  await expect(ask()).rejects.toThrow("gave no whole answer within 0.15 seconds, retries included. Check the network");
});

test("an answer that does not come is shown as a wait, with its end; one that comes soon is not", async () => {
  server.answers(fine);
  await ask();
  expect(shown).not.toHaveBeenCalled();
  Object.assign(limits, { slow: 30, whole: 120_030, attempt: 300 });
  server.answers(silent);
  await expect(ask(noRetries)).rejects.toThrow("gave no whole answer within 0.3 seconds.");
  const { host } = new URL(server.origin);
  expect(shown.mock.calls).toEqual([[`Waiting for an answer of ${host}, for at most 2 minutes …\n`]]);
});

test("an interruption ends a request, a wait that a service asked for, and all that would come after", async () => {
  try {
    server.answers(interrupt);
    await expect(ask()).rejects.toThrow(InterruptedError);
    forgetInterruption();
    // Once the wait has begun. The service is left alone from now on: nothing that is to reach it comes after.
    shown.mockImplementationOnce(() => {
      setImmediate(interrupt);
      return true;
    });
    server.answers(answering(429, "{}", { "Retry-After": "30" }));
    const asked = ask();
    await expect(asked).rejects.toThrow(InterruptedError);
    await expect(ask()).rejects.toThrow(InterruptedError);
    expect(server.arrived).toHaveLength(1);
  } finally {
    forgetInterruption();
  }
});

test("a limit holds though what it limits does not look at its signal", async () => {
  const over = () => new Error("over");
  await expect(within(20, undefined, over, () => new Promise(() => undefined))).rejects.toThrow("over");
});

test("the caller's own signal ends a request as its own", async () => {
  const end = new AbortController();
  server.answers(() => {
    end.abort();
  });
  const request = createPipelineRequest({ url: `${server.origin}/x`, abortSignal: end.signal });
  const asked = pipelineOf(defaultRetries).sendRequest(httpClient, request);
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
});

test.each<[string, Manner, "GET" | "POST", number]>([
  ["a question", defaultRetries, "GET", 6],
  ["a post", defaultRetries, "POST", 6],
  ["a post that may not be repeated", { ...defaultRetries, repeatsPosts: false }, "POST", 1],
  ["what is asked once", noRetries, "GET", 1],
])(
  "%s meets an outage, a broken connection and a silence as often as its manner says",
  async (_, manner, method, times) => {
    server.answers(answering(502, "{}"));
    expect((await ask(manner, method)).status).toBe(502);
    expect(server.arrived).toHaveLength(times);
    server.answers(cut);
    await expect(ask(manner, method)).rejects.toThrow("cannot be reached: ECONNRESET");
    expect(server.arrived).toHaveLength(times);
    limits.attempt = 200;
    server.answers(silent);
    await expect(ask(manner, method)).rejects.toThrow(
      `${server.origin} gave no whole answer within 0.2 seconds. Check`,
    );
    expect(server.arrived).toHaveLength(times);
  },
);

test("a silence, and a whole answer that comes too slowly, cost one attempt", async () => {
  limits.attempt = 500;
  server.answers(silent, dripping, fine);
  expect((await ask()).status).toBe(200);
});

const tooLong = "asks to wait 86400 seconds, where 60 seconds are the most. Try again after that time.";
const redirect = (status: number) =>
  `answers with a redirect (${status}) to elsewhere.example, which is not followed. ` +
  "Check the address, and the proxy (HTTPS_PROXY, NO_PROXY).";
const location = { Location: "https://elsewhere.example/canary?x" };

test.each<[string, Answer, string]>([
  ["ends in the middle of compression", cutInGzip, "cannot be reached: ECONNRESET. Check the network and the proxy"],
  ["does not end", endless, "answers more than 0.1 MB. Check the address, and the proxy (HTTPS_PROXY, NO_PROXY)."],
  ["redirects", answering(302, "", location), redirect(302)],
  ["redirects with the method kept", answering(307, "{}", location), redirect(307)],
  ["asks for a day", answering(429, "{}", { "Retry-After": "86400" }), `answers 429 and ${tooLong}`],
  ["asks for a day, broken", answering(500, "", { "Retry-After": "86400" }), `answers 500 and ${tooLong}`],
  ["asks for a day, down", answering(503, "", { "Retry-After": "86400" }), `answers 503 and ${tooLong}`],
  [
    "wants a sign-in to the proxy",
    answering(407, "<html>"),
    "cannot be reached: the proxy refuses without a sign-in (407). " +
      "Name the proxy with user and password: export 'HTTPS_PROXY=http://<user>:<password>@<proxy>'",
  ],
])("a server that %s", async (_, answer, problem) => {
  limits.body = 100_000;
  server.answers(answer);
  const { message } = (await ask().catch((error: unknown) => error)) as Error;
  expect(message.slice(0, server.origin.length + problem.length + 1)).toBe(`${server.origin} ${problem}`);
});

test("a refusal is not asked again; a limit is, even of a post that may not be repeated: nothing was done", async () => {
  server.answers(answering(403, "{}"));
  expect((await ask()).status).toBe(403);
  expect(server.arrived).toHaveLength(1);
  server.answers(answering(429, "{}", { "Retry-After": "0" }), fine);
  expect((await ask({ ...defaultRetries, repeatsPosts: false }, "POST")).status).toBe(200);
});

const limited = (values: Record<string, string>) => ({ status: 429, headers: createHttpHeaders(values) });

describe("how long a service asks to wait", () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{ "Retry-After": "7" }, 7000],
    [{ "Retry-After": "-3" }, undefined],
    [{ "Retry-After": "0" }, undefined],
    [{ "Retry-After": "Thu, 31 Dec 2026 23:59:59 GMT" }, 4000],
    [{ "Retry-After": "Fri, 01 Jan 2027 00:00:05 GMT" }, 10_000],
    [{ "Retry-After": "Thu, 31 Dec 2026 23:00:00 GMT" }, undefined],
    [{ "Retry-After": "soon" }, undefined],
    [{}, undefined],
    [{ "x-ms-retry-after-ms": "250", "Retry-After": "1" }, 250],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.parse("2027-01-01T00:01:00Z") / 1000) }, 65_000],
    [{ "x-ratelimit-remaining": "5", "x-ratelimit-reset": "4102444800" }, undefined],
  ])("%j, five seconds before the year ends: %s ms", (values, wait) => {
    restoreClock = useClock(() => Date.parse("2026-12-31T23:59:55Z"));
    expect(askedWait(limited(values))).toBe(wait);
  });
});

describe("a certificate", () => {
  let untrusted: HostileServer;
  beforeAll(async () => {
    untrusted = await startHostileServer();
    untrusted.answers(fine);
  });
  afterAll(() => untrusted.close());

  test("whose root this machine does not have is told as such, with the variable that takes it, and asked once", async () => {
    const asked = pipelineOf(defaultRetries).sendRequest(
      httpClient,
      createPipelineRequest({ url: `${untrusted.origin}/x` }),
    );
    await expect(asked).rejects.toMatchObject({
      code: "http-certificate",
      what: `${untrusted.origin} shows a certificate that this machine does not trust: UNABLE_TO_VERIFY_LEAF_SIGNATURE.`,
      why: "Its root certificate is missing here: a proxy that inspects connections signs with a certificate of its own.",
      fixes: [
        { text: "Give this process that root", commands: [{ program: "export" }] },
        {
          text: "Give the program that root, and on Linux the plugins too",
          commands: [{ program: "export" }, { program: "export" }],
        },
      ],
    });
    expect(untrusted.arrived).toEqual([]);
  });

  test.each([
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  ])("%s is the same", (code) => {
    expect(unreachable("https://x", code, false).message).toContain("NODE_EXTRA_CA_CERTS=<file");
  });

  test.each(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID", "ERR_TLS_CERT_ALTNAME_INVALID"])(
    "%s needs another step",
    (code) => {
      expect(unreachable("https://x", code, false).message).toBe(
        `https://x shows a certificate that this machine does not trust: ${code}. ` +
          "Compare this machine's clock, and check the proxy (HTTPS_PROXY, NO_PROXY).",
      );
    },
  );
});
