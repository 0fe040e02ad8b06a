/** docs/day-two.md, each procedure on a stack of its own: some twenty runs of the engine. WRITE_PAGES=1 writes what is printed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeVault, openExisting, putSecretInto } from "../e2e/support/existing";
import { openGraph } from "../e2e/support/graph";
import { type Project, repository } from "../e2e/support/project";
import { dayTwoPage, hasTranscript, headingOf, partsOf, runPage } from "../transcripts/page";
import { startDeployed } from "../e2e/support/deployed-once";
import { withStage } from "../transcripts/stage";

const file = join(repository, dayTwoPage);
const parts = partsOf(readFileSync(file, "utf8"));
const procedures = parts.flatMap((part, index) => (hasTranscript(part) ? [[headingOf(part), index] as const] : []));

/** Where a procedure begins with another stack than dev, deployed today. */
const starts: Readonly<Record<string, () => Promise<Project>>> = {
  "Adopting what exists": startBesideThePortal,
};

afterAll(() => {
  if (process.env["WRITE_PAGES"]) writeFileSync(file, parts.join(""));
});

test.each(procedures)("%s: the page shows what is printed", async (heading, index) => {
  const before = parts[index] ?? "";
  const start = starts[heading] ?? startDeployed;
  const signedIn = ({ seeds }: Project) => ({
    oid: seeds.deployer.servicePrincipalId,
    roles: ["Application.Read.All"],
  });
  const part = await withStage((stage) => runPage(before, stage.run), { start, signedIn });
  parts[index] = part;
  expect(part).toBe(process.env["WRITE_PAGES"] ? part : before);
});

/** An application "Portal of 2019", and a vault with a client secret of it. */
async function startBesideThePortal(): Promise<Project> {
  const project = await startDeployed();
  const graph = await openGraph(project);
  await putSecretInto(project, graph, await openExisting(project, graph), await makeVault(project));
  return project;
}
