/**
 * Keys of the configuration that the engine decrypted for a program: it prints a mask in place of their values.
 * Relies on: the language host names them in PULUMI_CONFIG_SECRET_KEYS, a JSON list, as the SDK reads it.
 * Without it: the command that renames a misspelt setting stores that mask.
 * Tested by: test/config/encrypted-keys.test.ts, test/e2e/configuration.test.ts
 */
export const encryptedKeys = (): readonly string[] =>
  JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as string[];
