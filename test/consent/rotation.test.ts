/**
 * Nothing in flight undoes a rotation: each writer at each point, in one of the four ways; each writer meets all four.
 * test/soak/rotation.test.ts has the rest.
 */
import { testHeldWriters } from "./held-writers";

jest.mock("../../cli/output", () => ({ printData: jest.fn(), printNote: jest.fn(), printProblem: jest.fn() }));

testHeldWriters((writer, point, way) => (writer + point) % 4 === way);
