/** The pages whose command lines are run. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsPage, dayTwoPage, headingOf, partsOf, runPage } from "../transcripts/page";
import { withStage } from "../transcripts/stage";
import { repository } from "./support/project";

const file = join(repository, commandsPage);
/** Of docs/day-two.md, which test/soak/day-two.test.ts runs whole: needs no run of the engine. */
const [renewal = ""] = partsOf(readFileSync(join(repository, dayTwoPage), "utf8")).filter(
  (part) => headingOf(part) === "Renewal",
);
let renewed: string;
let page: string;
let secrets: string[];

beforeAll(async () => {
  await withStage(async (stage) => {
    renewed = await runPage(renewal, stage.run);
    page = await runPage(readFileSync(file, "utf8"), stage.run);
    secrets = stage.secrets();
  });
  // Set by `npm run docs` (tools/build/main.mjs).
  if ("writesDocuments" in globalThis) writeFileSync(file, page);
}, 600_000);

test("is what every command prints; where the new words are the right ones, npm run docs writes them", () => {
  expect(page).toBe(readFileSync(file, "utf8"));
});

test("and the renewal of docs/day-two.md is what is printed; npm run soak -- day-two runs its others", () => {
  expect(renewed).toBe(renewal);
  expect(renewed).toContain("\nrenewed refresh-token-");
});

test("holds no secret of its vault", () => {
  expect(secrets.length).toBeGreaterThan(2);
  expect(secrets.filter((secret) => secret.length < 20 || page.includes(secret))).toEqual([]);
});
