/** docs/commands.md; test/soak/day-two.test.ts runs docs/day-two.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsPage, runPage } from "../transcripts/page";
import { withStage } from "../transcripts/stage";
import { repository } from "./support/project";

const file = join(repository, commandsPage);
let page: string;
let secrets: string[];

beforeAll(async () => {
  await withStage(async (stage) => {
    page = await runPage(readFileSync(file, "utf8"), stage.run);
    secrets = stage.secrets();
  });
  // Set by `npm run docs` (tools/build/main.mjs).
  if ("writesDocuments" in globalThis) writeFileSync(file, page);
}, 600_000);

test("is what every command prints; where the new words are the right ones, npm run docs writes them", () => {
  expect(page).toBe(readFileSync(file, "utf8"));
});

test("holds no secret of its vault", () => {
  expect(secrets.length).toBeGreaterThan(2);
  expect(secrets.filter((secret) => secret.length < 20 || page.includes(secret))).toEqual([]);
});
