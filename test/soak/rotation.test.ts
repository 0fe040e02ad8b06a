/**
 * No pending request undoes a rotation or a destroy: each writer at each point with each continuation; test/consent/rotation.test.ts has a
 * quarter.
 */
import { testHeldWriters, testHeldWritersOfADestroyedStack } from "../consent/held-writers";

jest.mock("../../cli/output", () => ({ printData: jest.fn(), printNote: jest.fn(), printProblem: jest.fn() }));

testHeldWriters(() => true);
testHeldWritersOfADestroyedStack(() => true);
