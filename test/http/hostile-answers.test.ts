/** Every request of the product against answers that fast-check makes up: it ends, in words that do no harm. `npm run soak` makes up a million. */
import { asked, begin, type Kind, redirected } from "./hostile/ask";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("./hostile/network")>("./hostile/network").mockedNetwork(),
);
jest.mock("../../lib/startup/waiting", () =>
  jest.requireActual<typeof import("./hostile/waits")>("./hostile/waits").mockedWaiting(),
);

const all: ["fed" | "sockets", readonly Kind[], number][] = [
  ["fed", [...asked, ...redirected], 25],
  ["sockets", asked, 2],
];

describe.each(all)("%s", (network, kinds, numRuns) => {
  let end: () => Promise<void>;
  beforeAll(async () => {
    end = await begin(network);
  });
  afterAll(async () => {
    await end();
  });
  test.each(kinds)("$name", async ({ meet }) => {
    await meet({ numRuns });
  });
});
