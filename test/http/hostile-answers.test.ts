/** Every request of the product against answers that fast-check makes up: it ends, in words that do no harm. `npm run soak` asks a million times. */
import fc from "fast-check";
import { hostileAnswer, hurried, judged, requests } from "./hostile-answers";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("./hostile-network")>("./hostile-network").mockedNetwork(),
);

const runs = Number(process.env["HOSTILE_RUNS"] ?? 60);
let usual: () => void;
beforeAll(() => {
  usual = hurried();
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterAll(() => {
  usual();
  jest.restoreAllMocks();
});

test.each(Object.entries(requests))("%s", async (_, ask) => {
  const property = fc.asyncProperty(fc.array(hostileAnswer, { minLength: 1, maxLength: 4 }), async (answers) => {
    expect(await judged(ask, answers)).toBeUndefined();
  });
  await fc.assert(property, { numRuns: runs });
});
