/** What a killed run is repaired by, and what is there afterwards. */
import { madeIn } from "../../e2e/support/made";
import { type Project, projectName, thatIsThere } from "../../e2e/support/project";
import { labelsOf, publishedIn } from "../../e2e/support/rotations";
import { doctor } from "../../e2e/support/command";
import { stateDirectory } from "../../../tools/embedded-cloud/engine/engine-environment";
import { linesOf } from "../../fixes/support/printed";
import { type as typedIn } from "../../fixes/support/shell";
import { terminalOf } from "../../fixes/support/robot";
import { tokenVersions } from "../../e2e/support/vault";

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

const whole = { applications: ["Partner Center Web App"], principals: 1, groups: ["partner-tokens"] };

export async function fix(project: Project): Promise<string> {
  await repairState(project);
  // As the engine prints where another run's lock is in its way.
  await project.pulumi("cancel", "--yes");
  const { results, stderr } = await doctor(project, [...project.ofStack, "--fix", "--yes"]);
  // A first deployment that ended in the middle is a warning, with the two ways on.
  const open = results.filter(
    ({ name, state }) => ["stack", "interrupted", "application"].includes(name) && state === "failed",
  );
  expect(open).toEqual([]);
  const done = stderr.split("\n").filter((line) => /^(?:Imported|Removed|Took back|Cleared)/u.test(line));
  return done.length === 0 ? "nothing to repair" : done.map((line) => line.slice(0, 110)).join(" | ");
}

/** Takes away a checksum that the kill cut off, as printed, or puts the state of one step before in its place. */
async function repairState(project: Project): Promise<void> {
  const fill = { folder: stateDirectory(project.folder), project: projectName };
  for (const nth of [0, 1]) {
    const { fixes = [], what = "" } = (await doctor(project)).of("stack") ?? {};
    if (!what.includes("failed to load checkpoint")) return;
    const [copy = ""] = linesOf(thatIsThere(fixes[nth]), fill);
    say(`   the state was cut off: ${copy}`);
    await typedIn(await terminalOf(project), [copy]);
  }
}

export async function expectWhole(project: Project): Promise<void> {
  const { applications, principals, groups } = madeIn(project);
  expect({ applications, principals, groups }).toEqual(whole);
  await expectOneRecord(project);
  expect((await project.outputs()).consent).toMatchObject({ health: "ok" });
  const usable = (await tokenVersions(project)).filter(({ enabled }) => enabled);
  // Those before a renewal stay.
  const signIns = new Set(usable.map(({ tags }) => tags["consented-at"]));
  if (signIns.size !== 1) say(`   usable: ${JSON.stringify(usable)}`);
  expect(signIns.size).toBe(1);
}

/** The application, the state and the record have the same generations, at most two, and the current one is the newest version. */
export async function expectOneRecord(project: Project): Promise<string[]> {
  const { credential } = await project.outputs();
  const recorded = credential.generations.map(({ number }) => `partner-c${number}`);
  const declared = (await project.state())
    .filter(({ type }) => /:ApplicationPassword$|:ApplicationCertificate$/u.test(type))
    .map(({ urn }) => urn.split("::").at(-1));
  const [published, onApplication] = [await publishedIn(project), await labelsOf(project)];
  expect({
    first: published[0],
    published: published.filter((one) => !recorded.includes(one)),
    onApplication: onApplication.toSorted(),
    declared: declared.toSorted(),
    isOneOrTwo: [1, 2].includes(recorded.length),
  }).toEqual({
    first: recorded[0],
    published: [],
    onApplication: recorded.toSorted(),
    declared: recorded.toSorted(),
    isOneOrTwo: true,
  });
  return recorded;
}
