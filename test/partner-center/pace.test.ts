/** The times at which requests are sent, in a separate process with the build: only "not too early" is asserted. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const pace = join(__dirname, "..", "..", "bin", "partner-center", "pace.js");

/** Sends requests at once. @param answer JavaScript: the response to the request with the number `sent` @returns milliseconds of each */
function timesOf(perSecond: number, requests: number, answer: string): number[] {
  const script = `
    const { paced } = require(${JSON.stringify(pace)});
    const { policy } = paced(${perSecond});
    const times = [];
    const next = async () => { const sent = times.push(Date.now()); return ${answer}; };
    Promise.all(Array.from({ length: ${requests} }, () => policy.sendRequest({}, next))).then(() => console.log(JSON.stringify(times)));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })) as number[];
}

/** The shortest time in which a number of consecutive requests was sent. A clock of whole milliseconds may show one less. */
const leastTime = (times: readonly number[], count: number): number =>
  Math.min(...times.slice(0, -count).map((time, index) => (times[index + count] ?? 0) - time));

test.each([
  [100, 320],
  [7, 16],
])("no more than %i begin within any second, and they are spread over the first one too", (perSecond, requests) => {
  const times = timesOf(perSecond, requests, "{ status: 201 }");
  expect(times).toHaveLength(requests);
  expect(leastTime(times, perSecond)).toBeGreaterThan(985);
  expect((times[perSecond - 1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(700);
});

test("a 429 holds back everything until its Retry-After is over", () => {
  const refusal = `{ status: 429, headers: new Map([["Retry-After", "1"]]) }`;
  const times = timesOf(100, 40, `sent === 8 ? ${refusal} : { status: 201 }`);
  const [eighth = 0, ninth = 0] = times.slice(7);
  expect(times).toHaveLength(40);
  expect(ninth - eighth).toBeGreaterThan(985);
});
