import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asking, asLooking, askedIn, readsMetadataOnly } from "../../lib/config/own-variables";
import { repository } from "../tooling/markdown";

afterEach(() => {
  jest.restoreAllMocks();
});

test.each([
  [{}, false, undefined],
  [{ SECURE_APP_MODEL_METADATA_ONLY: "", SECURE_APP_MODEL_ROTATION: "" }, false, undefined],
  [{ ...asLooking }, true, "applied"],
  [{ ...asLooking, ...asking() }, true, undefined],
  [asking("revoke"), false, "revoke"],
])("%j is read as it is written, and an empty value as none", (env, metadataOnly, asked) => {
  jest.replaceProperty(process, "env", env);
  expect([readsMetadataOnly(), askedIn(env)]).toEqual([metadataOnly, asked]);
});

test("one file of the product names them", () => {
  const files = globSync(["*.ts", "{cli,components,lib}/**/*.ts"], { cwd: repository });
  const naming = files.filter((file) => readFileSync(join(repository, file), "utf8").includes("SECURE_APP_MODEL_"));
  expect(naming).toEqual(["lib/config/own-variables.ts"]);
});
