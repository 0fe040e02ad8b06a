/** A million answers that no service gives, to every request that the product makes; the gate has a sample (test/http). */
import { askHostile, redirects, requests } from "../http/hostile-answers";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("../http/hostile-network")>("../http/hostile-network").mockedNetwork(),
);

const kinds = Object.keys(requests).length + Object.keys(redirects).length;
askHostile(Math.ceil(1_000_000 / kinds));
