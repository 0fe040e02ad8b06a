/**
 * The engine's ids in the values of its events and of a state.
 * Relies on: ids that the SDK has as well, in a room that does not load it.
 * Without it: drift takes an unknown value for a change, and hides only the secrets that it has by name.
 * Tested by: test/cli/engine/special-values.test.ts, test/e2e/drift.test.ts
 */

/** Placeholder for a value that is known only after another resource is created. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Key that marks a special value, such as a secret. */
export const specialKey = "4dabf18193072939515e22adb298388d";

/** Its value for a secret. */
export const secretKind = "1b47061264138c4ac30d75fd1eb44270";
