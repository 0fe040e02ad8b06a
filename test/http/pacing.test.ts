/** Many requests to a throttling service: all of them wait, whichever it refused. */
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { httpClient } from "../../http/client";
import { limits } from "../../http/limits";
import { forgetPauses } from "../../http/pacing";
import { type Manner, once, pipelineOf } from "../../http/policies";
import { trust } from "../embedded-cloud/emulator/support/emulator";
import { type Answer, answering, type HostileServer, startHostileServer } from "./hostile-server";

let server: HostileServer;
const usual = { ...limits };
beforeAll(async () => {
  server = await startHostileServer();
  trust(server.caFile);
});
afterEach(() => {
  forgetPauses();
  Object.assign(limits, usual);
});
afterAll(() => server.close());

const ask = async (manner: Manner): Promise<number> =>
  (await pipelineOf(manner).sendRequest(httpClient, createPipelineRequest({ url: `${server.origin}/x` }))).status;
const fine = answering(200, "{}");

/** Milliseconds at which requests arrived, from the first on. */
function timed(answer: (count: number) => Answer): number[] {
  const times: number[] = [];
  let first: number | undefined;
  server.answers((response, request) => {
    first ??= performance.now();
    times.push(Math.round(performance.now() - first));
    answer(times.length)(response, request);
  });
  return times;
}

test("what one is told to wait all wait, those too that begin meanwhile", async () => {
  const times = timed((count) => (count === 1 ? answering(429, "{}", { "retry-after-ms": "400" }) : fine));
  const manner = { retries: 0, firstPause: 1, throttled: 1 };
  const first = ask(manner);
  while (times.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const others = Array.from({ length: 20 }, async () => await ask(once));
  expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 21 }, () => 200));
  expect([times.length, times.slice(1).every((time) => time >= 395)]).toEqual([22, true]);
});

test("several refused together are one refusal: where no time is named the pause doubles by rounds, and begins anew after an answer", async () => {
  const manner = { retries: 0, firstPause: 100, throttled: 3 };
  const times = timed((count) => (count <= 16 ? answering(429, "{}") : fine));
  expect(await Promise.all(Array.from({ length: 8 }, async () => await ask(manner)))).toEqual(
    Array.from({ length: 8 }, () => 200),
  );
  const rounds = [times.slice(0, 8), times.slice(8, 16), times.slice(16)];
  expect(times).toHaveLength(24);
  const [first = 0, second = 0, third = 0] = rounds.map((round) => Math.min(...round));
  expect([first, second >= 95, third - second >= 190]).toEqual([0, true, true]);
  forgetPauses();
  const again = timed((count) => (count === 1 ? answering(429, "{}") : fine));
  expect([await ask(manner), again.length]).toEqual([200, 2]);
});

test("a throttled request is tried as often as its manner says, and an outage no oftener for that", async () => {
  limits.pause = 1;
  const manner = { retries: 1, firstPause: 1, throttled: 5 };
  let times = timed(() => answering(429, "{}"));
  expect([await ask(manner), times.length]).toEqual([429, 6]);
  times = timed(() => answering(502, "{}"));
  expect([await ask(manner), times.length]).toEqual([502, 2]);
});
