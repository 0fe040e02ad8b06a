/** A refresh runs what the state holds as a dynamic resource's code: no command of ours begins one where that is not this program's. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { secureAppModel } from "./support/command";
import { deployedOnce } from "./support/deployed-once";
import type { DoctorResult } from "./support/doctor-result";
import { Project, rewriteState } from "./support/project";

let project: Project;
let canary: string;

beforeAll(async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  canary = join(project.folder, "canary");
  const __provider = `require("node:fs").writeFileSync(${JSON.stringify(canary)}, "it ran");`;
  await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => ({
    ...state,
    deployment: {
      ...rest,
      resources: resources.map((resource) => {
        if (!resource.type.endsWith(":Consent")) return resource;
        const { inputs, outputs } = resource;
        return { ...resource, inputs: { ...inputs, __provider }, outputs: { ...outputs, __provider } };
      }),
    },
  }));
});
afterAll(() => project.close());
beforeEach(() => {
  rmSync(canary, { force: true });
});

const place = () => ["--stack", "dev", "--config-file", project.configFile];
const named = "its state holds code that this program did not write, in partner.Consent partner. None of it was run.";

test.each(["drift", "preview", "up", "rotate --scheduled", "rotate --yes"])("%s", async (words) => {
  const { code, stdout, stderr } = await secureAppModel(project, [...words.split(" "), ...place()]);
  expect([existsSync(canary), code, stdout]).toEqual([false, 1, ""]);
  expect(stderr).toContain(`error: Stack dev: ${named} A refresh runs it`);
});

test("doctor --fix", async () => {
  const { code, stdout } = await secureAppModel(project, ["doctor", "--fix", "--json", ...place()]);
  const results = JSON.parse(stdout) as DoctorResult[];
  expect([existsSync(canary), code]).toEqual([false, 1]);
  expect(results.find(({ state }) => state === "failed")).toMatchObject({
    name: "stack",
    found: expect.stringContaining(`dev: ${named}`) as string,
  });
  expect(results.find(({ name }) => name === "interrupted")?.state).toBe("skipped");
});

test("the engine by itself runs it: what is left to whoever types pulumi", async () => {
  expect((await project.drift()).code).not.toBe(0);
  expect(existsSync(canary)).toBe(true);
});
