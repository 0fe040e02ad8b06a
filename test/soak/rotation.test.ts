/** Nothing in flight undoes a rotation: each writer at each point in each way; test/consent/rotation.test.ts has a quarter. */
import { testHeldWriters } from "../consent/held-writers";

jest.mock("../../cli/output", () => ({ printData: jest.fn(), printNote: jest.fn(), printProblem: jest.fn() }));

testHeldWriters(() => true);
