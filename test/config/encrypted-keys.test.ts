import { encryptedKeys } from "../../lib/config/encrypted-keys";

const name = "PULUMI_CONFIG_SECRET_KEYS";
afterEach(() => {
  Reflect.deleteProperty(process.env, name);
});

test("the keys are those that the SDK takes for encrypted", () => {
  const sdk = jest.requireActual<{ configSecretKeysEnvKey: string }>("@pulumi/pulumi/runtime/config");
  expect(sdk.configSecretKeysEnvKey).toBe(name);
  expect(encryptedKeys()).toEqual([]);
  process.env[name] = JSON.stringify(["secure-application-model:tenant"]);
  expect(encryptedKeys()).toEqual(["secure-application-model:tenant"]);
});
