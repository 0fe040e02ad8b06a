/** Nothing in flight undoes a rotation or a destroy: each writer at each point in each way; test/consent/rotation.test.ts has a quarter. */
import { stageWithToken, testHeldWriters } from "../consent/held-writers";

jest.mock("../../cli/terminal/output", () => ({
  printSecret: jest.fn(),
  printNote: jest.fn(),
  printProblem: jest.fn(),
}));

stageWithToken();
testHeldWriters(true);
