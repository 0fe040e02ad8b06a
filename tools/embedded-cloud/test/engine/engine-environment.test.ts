import { engineEnvironment, soonerStarts } from "../../engine/engine-environment";
import { exportLines } from "../../engine/shell-exports";
import { execFileSync } from "node:child_process";

const run = { engine: { directory: "/opt/engine" }, workDirectory: "/some where/.local" };

test("an offline run has the engine, a home and a state of its own, and nothing of another cloud", () => {
  const environment = {
    HOME: "/home/me",
    PATH: "/repo/node_modules/.bin:/npm/node-gyp-bin:/usr/local/bin:/usr/bin:/opt/engine",
    ARM_USE_OIDC: "true",
    AZURE_CLIENT_ID: "real",
    PULUMI_ACCESS_TOKEN: "real",
    SECURE_APP_MODEL_VAULT: "https://real.vault.azure.net/",
    NO_PROXY: "internal.example",
  };
  const noProxy = "internal.example,127.0.0.1,localhost,::1";
  expect(engineEnvironment({ ...run, environment })).toEqual({
    HOME: "/home/me",
    PATH: "/some where/.local/node:/opt/engine:/usr/local/bin:/usr/bin",
    PULUMI_HOME: "/some where/.local/pulumi",
    PULUMI_BACKEND_URL: "file:///some%20where/.local/state",
    PULUMI_CONFIG_PASSPHRASE: "embedded-cloud",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  });
});

test("processes start sooner with what is kept compiled, and with the options that they have already", () => {
  expect(soonerStarts("/some where", { NODE_OPTIONS: "--no-warnings" })).toEqual({
    NODE_COMPILE_CACHE: "/some where/.local/compile-cache",
    NODE_OPTIONS: '--no-warnings --require="/some where/bin/lib/startup/lazy-sdk.js"',
  });
});

test("a shell that evaluates the lines has exactly these values, and no longer what belongs to another cloud", () => {
  const value = `it's "quoted" $HOME \\ \`date\`\nsecond line`;
  const lines = exportLines({ ARM_TENANT_ID: value, PATH: "/bin:/usr/bin" }, ["ARM_USE_OIDC", "ARM_TENANT_ID"]);
  const script = `eval "$LINES"; printf '%s|%s|%s' "$ARM_TENANT_ID" "$PATH" "\${ARM_USE_OIDC-unset}"`;
  const env = { LINES: lines, ARM_USE_OIDC: "true", ARM_TENANT_ID: "real" };
  expect(execFileSync("/bin/sh", ["-c", script], { env, encoding: "utf8" })).toBe(`${value}|/bin:/usr/bin|unset`);
});
