/**
 * Keys of the configuration that the engine decrypted for a program. Their values are in no text of it: the SDK's own
 * Config masks nothing, and only warns.
 *
 * Relies on: the language host names them in PULUMI_CONFIG_SECRET_KEYS, a JSON list, as the SDK reads it.
 * Without it: a refused setting's value may be in the error that the engine prints.
 * Tested by: test/config/encrypted-keys.test.ts, test/e2e/configuration.test.ts
 */
export const encryptedKeys = (): readonly string[] =>
  JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as string[];
