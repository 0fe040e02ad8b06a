/** Nothing in flight undoes a sign-in, a revocation or a destroy: each writer at each point in each way; test/token/held-writers.test.ts has half. */
import { stageWithToken, testHeldWriters } from "../token/held-writers";

jest.mock("../../cli/terminal/output", () => ({
  printSecret: jest.fn(),
  printNote: jest.fn(),
  printProblem: jest.fn(),
}));

stageWithToken();
testHeldWriters(true);
