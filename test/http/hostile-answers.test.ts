/** Every request of the product against answers that fast-check makes up: it ends, in words that do no harm. `npm run soak` makes up a million. */
import { askHostile } from "./hostile-answers";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("./hostile-network")>("./hostile-network").mockedNetwork(),
);

askHostile(40);
