/** A million responses that no real service sends, for every request of the product; the gate has a sample (test/http). */
import { askHostile, redirects, requests } from "../http/hostile-answers";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("../http/hostile-network")>("../http/hostile-network").mockedNetwork(),
);

const kinds = Object.keys(requests).length + Object.keys(redirects).length;
askHostile(Math.ceil(1_000_000 / kinds));
