/** A deployment where nobody can sign in. */
import { holdPort } from "../oauth/browser";
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import { printedConsent, secureAppModel } from "./support/command";
import type { Finished, Project } from "./support/project";
import { testInSoak } from "./support/soak";

let project: Project;
let failed: Finished;

stackForAll({ signIn: "nobody" }, async (started) => {
  project = started;
  // A process that started to wait for a sign-in would fail because of the port.
  const holder = await holdPort("127.0.0.1", project.signInPort);
  failed = await project.pulumi("up", "--yes", "--skip-preview");
  await holder.release();
});

const test = story();

test("fails at once, after everything else is in place, with the command to run", async () => {
  const resources = await project.state();
  const consent = resources.find(({ type }) => type === "pulumi-nodejs:dynamic/partner:Consent");
  expect([failed.code, resources.length, consent?.outputs?.["health"], project.signIns]).toEqual([
    1,
    19,
    "unfinished",
    0,
  ]);
  expect(failed.text).not.toMatch(/Sign in with the service account|Port \d+ of this machine/u);
  expect(failed.text).toMatch(
    /A person must sign in once.*: secure-app-model consent --cloud AzureCloud --vault https:\/\/127/su,
  );
});

testInSoak(
  "goes on failing the same way while nobody consented",
  async () => {
    const { code, text } = await project.pulumi("up", "--yes", "--skip-preview");
    expect([code, printedConsent(text)]).toEqual([1, printedConsent(failed.text)]);
  },
  test,
);

// Runs the fix "lib/consent/consent.ts: On a machine with a browser, run this, then deploy again, which finds the token and continues".
test("after the printed command, the next up finishes without a browser", async () => {
  const argv = [...printedConsent(failed.text), "--port", String(project.signInPort), "--json"];
  const { code, stdout } = await secureAppModel(project, argv, { BROWSER: `${project.folder}/sign-in-robot` });
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ health: "ok" })]);
  const before = project.signIns;
  expect(await project.up()).toMatch(/1 updated/u);
  expect([project.signIns, (await project.drift()).code]).toEqual([before, 0]);
});
