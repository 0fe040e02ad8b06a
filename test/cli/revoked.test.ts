/** After `revoke` the application has no credential: no command tells anybody to sign in, which would fail; all tell to deploy. */
import { revokeStored } from "../../lib/token/disable-versions";
import { stageHere, targetOn, vaultOn } from "../token/stage-here";
import { credentialName, type Stage } from "./support/stage";
import { failureIn } from "./support/failure-document";

let stage: Stage;
stageHere(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  stage.age(stage.tokenName, 10);
  await revokeStored(targetOn(stage), vaultOn(stage), "dev");
  stage.application.application.passwordCredentials = [];
});

const what = "The token was revoked as stolen, with stack dev.";
const lines = ["secure-app-model up --stack dev", "secure-app-model drift --stack dev"];
const linesOf = (fixes: readonly { commands: readonly { line: string }[] }[]) =>
  fixes.flatMap(({ commands }) => commands.map(({ line }) => line));

test.each([
  ["token", "graph"],
  ["token", "graph", "--partner-tenant", "partner.example"],
  ["renew", ""],
  ["consent", ""],
  ["consent", "--force"],
])("%s %s", async (...words) => {
  const argv = words.filter((word) => word !== "");
  const { code, stdout } = await stage.run([...argv, "--json"]);
  const failure = failureIn(stdout);
  expect([code, failure.what, linesOf(failure.fixes)]).toEqual([3, what, lines]);
});

test("status, which no longer counts the removed credential as good", async () => {
  const { code, stdout } = await stage.run(["status", "--json"]);
  const { tokens, credentials } = JSON.parse(stdout) as Record<"tokens" | "credentials", Found[]>;
  expect([code, tokens[0]?.what, linesOf(tokens[0]?.fixes ?? [])]).toEqual([3, what, lines]);
  expect(credentials).toMatchObject([{ name: credentialName, state: "skipped", inUse: false }]);
});

test("doctor", async () => {
  const found = JSON.parse((await stage.run(["doctor", "--json"])).stdout) as Found[];
  const { what: said, fixes = [] } = found.find(({ name }) => name === "refresh-token") ?? {};
  expect([said, linesOf(fixes)]).toEqual([what, lines]);
});

interface Found {
  name: string;
  what: string;
  fixes: { commands: { line: string }[] }[];
}
