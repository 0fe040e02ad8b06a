import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StateResource } from "../../cli/doctor/deployment";
import { strangeCodeIn } from "../../cli/state-code";
import { providerCode } from "../../startup/provider-code";

const type = "pulumi-nodejs:dynamic/partner:Consent";
const urn = `urn:pulumi:dev::p::${type}::partner`;
const code = providerCode("consent-provider");
const own: StateResource = { urn, type, inputs: { __provider: code }, outputs: { __provider: code } };
const provider = { urn: "urn:pulumi:dev::p::pulumi:providers:x::x", type: "pulumi:providers:x" };
const resources = (...all: StateResource[]) => ({ resources: all, pending: [] });

test("what the program registers is its own, and so is what has no code", () => {
  expect(strangeCodeIn("dev", resources(own, { urn: "", type: "x:y:Z" }, { ...provider, inputs: {} }))).toBeUndefined();
});

test.each([
  ["an input", resources({ ...own, inputs: { __provider: `${code} ` } })],
  ["an output", resources({ ...own, outputs: { __provider: "" } })],
  ["a ciphertext", resources({ ...own, outputs: { __provider: { ciphertext: "x" } } })],
  ["a resource of another type", resources({ ...own, type: "pulumi-python:dynamic/x:Y", inputs: { __provider: "x" } })],
  ["a plugin from another address", resources({ ...provider, inputs: { pluginDownloadURL: "https://x.example" } })],
  ["the same, deeper", resources({ ...provider, outputs: { __internal: { pluginDownloadURL: "https://x.example" } } })],
  [
    "an operation that did not end",
    { resources: [own], pending: [{ type: "creating", resource: { ...own, inputs: { __provider: "x" } } }] },
  ],
])("strange: %s", (_, deployment) => {
  expect(strangeCodeIn("dev", deployment)?.what).toMatch(
    /^Stack dev: its state holds code that this program did not write, in \S+ (?:partner|x)\. None of it was run\.$/u,
  );
});

const folder = join(__dirname, "..", "fixtures", "state-before");
const former = readdirSync(folder).filter((name) => name.endsWith(".json"));

test.each(former)("the state of a program before, %s, is its own", (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const found: StateResource[] = [];
  JSON.parse(text, (_, value: StateResource | null) => {
    if (typeof value?.urn === "string" && typeof value.type === "string") found.push(value);
    return value;
  });
  expect(found.filter(({ outputs }) => outputs?.["__provider"] !== undefined).length).toBeGreaterThan(1);
  expect(strangeCodeIn("dev", resources(...found))).toBeUndefined();
});
