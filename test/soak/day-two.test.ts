/** docs/day-two.md, run in its order on one stack: some fifteen runs of the engine. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../e2e/support/project";
import { dayTwoPage, runPage } from "../transcripts/page";
import { withStage } from "../transcripts/stage";

test("every procedure does what the page shows; WRITE_PAGES=1 npm run soak -- day-two writes what is printed", async () => {
  const file = join(repository, dayTwoPage);
  const before = readFileSync(file, "utf8");
  const page = await withStage(
    (stage) => runPage(before, stage.run),
    ({ seeds }) => ({ oid: seeds.deployer.servicePrincipalId, roles: [] }),
  );
  if (process.env["WRITE_PAGES"]) writeFileSync(file, page);
  expect(page).toBe(readFileSync(file, "utf8"));
});
