import { readFileSync } from "node:fs";
import { textOf } from "../../lib/errors/text";
import { strangeKeys } from "../../program/provider-keys";

const spaces = ["azuread", "azure-native"] as const;
const told = (...keys: string[]) =>
  strangeKeys(Object.fromEntries(keys.map((key) => [key, "canary"]))).map((parts) => textOf(parts));

test.each(spaces)("every key that the package %s declares is one", (space) => {
  const types = readFileSync(require.resolve(`@pulumi/${space}/config/vars`).replace(/\.js$/u, ".d.ts"), "utf8");
  const declared = [...types.matchAll(/^export declare const (\w+):/gmu)].map(([, name = ""]) => `${space}:${name}`);
  expect(declared.length).toBeGreaterThan(15);
  expect(told(...declared)).toEqual([]);
});

test.each<[key: string, meant: string]>([
  ["azuread:tenantid", "azuread:tenantId"],
  ["azuread:clientSekret", "azuread:clientSecret"],
  ["azure-native:useMSI", "azure-native:useMsi"],
  // Of the other provider alone.
  ["azuread:subscriptionId", ""],
  ["azure-native:password", ""],
  ["azure-native:", ""],
])("%s is named without its value, with the key that is meant", (key, meant) => {
  const [text = "", ...others] = told(key, "azuread:clientId", "azure:password", "secure-application-model:colour");
  expect(others).toEqual([]);
  const [space = ""] = key.split(":");
  expect(text).toBe(
    `${key} is no setting of the provider ${space}${meant === "" ? "." : `: did you mean ${meant}?`} ` +
      "Nothing reads it, and a secret in it is in the stack's file.\n" +
      `  If it is for nothing else, remove it: pulumi config rm ${key}`,
  );
});
