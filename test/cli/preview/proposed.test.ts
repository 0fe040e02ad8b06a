/** What a pull request may bring into a preview, which has an identity: settings, and nothing else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { withProposed } from "../../../cli/preview/proposed";
import { asClone, fetched, propose } from "../../support/pull-request";

let root: string;
let clone: string;
const own = {
  secretsprovider: "azurekeyvault://state.vault.azure.net/keys/pulumi",
  encryptedkey: "QUJD",
  config: {
    "secure-application-model:displayName": "Partner Center Web App",
    "secure-application-model:endpoints": ".local/endpoints.json",
    "pulumi:disable-default-providers": ["azuread", "azure-native"],
  },
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pull-request-"));
  clone = mkdtempSync(join(root, "clone-"));
  writeFileSync(join(clone, "Pulumi.global.yaml"), JSON.stringify(own));
  asClone(clone, ["Pulumi.global.yaml"]);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const previewed = async (file: Parameters<typeof propose>[1][string], stack = "global") => {
  const commit = fetched(clone, propose(clone, { [`Pulumi.${stack}.yaml`]: file }));
  return await withProposed({ stack, commit, cwd: clone }, (path) =>
    Promise.resolve(parse(readFileSync(path, "utf8")) as object),
  );
};
const withConfig = (config: object, more: object = {}) =>
  JSON.stringify({ ...own, ...more, config: { ...own.config, ...config } });

test("its settings are taken, and the file is gone afterwards", async () => {
  const config = { "secure-application-model:displayName": "Another", "secure-application-model:vault": { name: "v" } };
  expect(await previewed(withConfig(config))).toEqual({ ...own, config: { ...own.config, ...config } });
  const commit = fetched(clone, propose(clone, {}));
  const path = await withProposed({ stack: "global", commit, cwd: clone }, (file) => Promise.resolve(file));
  expect(() => readFileSync(path)).toThrow("ENOENT");
});

test("a config without a setting is empty, in the own file and in the proposed one", async () => {
  await expect(previewed("config:\n")).rejects.toThrow(/is not previewed: it changes .*endpoints/u);
  const config = { "secure-application-model:displayName": "Another" };
  writeFileSync(join(clone, "Pulumi.global.yaml"), "config:\n");
  expect(await previewed(JSON.stringify({ config }))).toEqual({ config });
  expect(await previewed("config:\n")).toEqual({ config: {} });
});

const withSetting = (name: string, value: unknown) => withConfig({ [`secure-application-model:${name}`]: value });

test.each<[string, string | { link: string } | null, RegExp]>([
  ["a place for requests", withSetting("endpoints", { vaultSuffix: "evil.example" }), /endpoints/u],
  ["a place, taken away", JSON.stringify({ ...own, config: {} }), /endpoints/u],
  ["another program's settings", withConfig({ "azure-native:metadataHost": "evil" }), /azure-native:metadataHost/u],
  ["the engine's settings", withConfig({ "pulumi:autonaming": { mode: "verbatim" } }), /pulumi:autonaming/u],
  ["a setting that there is not", withSetting("colour", "red"), /colour/u],
  ["a setting under another spelling", withSetting("Endpoints", {}), /Endpoints/u],
  ["files of this machine", withSetting("ci", { stacks: ["../../../evil"] }), /secure-application-model:ci,/u],
  ["the same, by another key", withSetting("ci.stacks", ["/evil/Pulumi.x.yaml"]), /ci\.stacks,/u],
  ["a setting's part", withSetting("vault.name", "evil"), /vault\.name,/u],
  ["a value that the engine decrypts", withSetting("displayName", { secure: "v1:x" }), /displayName/u],
  ["another key for the state", withConfig({}, { secretsprovider: "azurekeyvault://evil/keys/k" }), /secretsprovider/u],
  ["another encrypted key", withConfig({}, { encryptedkey: "REVG" }), /encryptedkey/u],
  ["a salt", withConfig({}, { encryptionsalt: "v1:x" }), /encryptionsalt/u],
  ["an environment of Pulumi Cloud", withConfig({}, { environment: ["evil"] }), /the member environment/u],
  ["a link to a file of this machine", { link: "/etc/hostname" }, /not a plain file/u],
  ["no file", null, /it does not exist/u],
  ["more than is read", `# ${"x".repeat(100_001)}`, /more than 100000 bytes/u],
  ["something that grows", `a: &a [x, x]\nb: [*a, *a]\n`, /not a YAML mapping/u],
  ["no YAML", "{", /not a YAML mapping/u],
  ["a list", "- a", /not a YAML mapping/u],
])("%s is refused, and its text is not repeated", async (_, file, message) => {
  const failure = (await previewed(file).catch((error: unknown) => error)) as Error;
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toMatch(/evil|REVG|v1:x/u);
});

test("a stack that main does not have is not previewed, and a commit is named by its full id", async () => {
  await expect(previewed(withConfig({}), "new")).rejects.toThrow(/Pulumi\.new\.yaml cannot be read \(ENOENT\)/u);
  const of = (commit: string) => withProposed({ stack: "global", commit, cwd: clone }, () => Promise.resolve());
  await expect(of("--output=/tmp/x")).rejects.toThrow(/not a full commit id/u);
  await expect(of("0".repeat(40))).rejects.toThrow(/git ls-tree failed: .*Fetch the pull request/su);
});
