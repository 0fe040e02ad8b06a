/**
 * No pending request undoes a rotation or a destroy: each writer at each point, with one of the continuations; each writer is tested with
 * all of them.
 * test/soak/rotation.test.ts has the rest.
 */
import {
  testHeldWriters,
  testHeldWritersOfADestroyedStack,
  testHeldWritersOfADisabledToken,
  testSecretInUse,
  testStolenDuringRenewals,
} from "./held-writers";

jest.mock("../../cli/terminal/output", () => ({
  printSecret: jest.fn(),
  printNote: jest.fn(),
  printProblem: jest.fn(),
}));

testHeldWriters((writer, point, way) => (writer + point) % 4 === way);
testHeldWritersOfADestroyedStack((writer, point, way) => (writer + point) % 2 === way);
testHeldWritersOfADisabledToken((roller, point) => (roller + point) % 2 === 0);
testStolenDuringRenewals();
// Runs the fix "lib/consent/secret-in-use.ts: Publish {} with the new one, which takes no sign-in, then deploy again".
testSecretInUse();
