/** Endpoints in place of a public cloud's: every command names those that it uses, and none uses some of each. */
import { startCommand } from "./support/built-command";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
stageForEach((one) => {
  stage = one;
});

/** What the command itself writes: the tests' own way to run it leaves the line out. */
async function errorsOf(argv: string[], endpoints: object): Promise<string> {
  const child = startCommand(argv, stage.environment({ SECURE_APP_MODEL_ENDPOINTS: JSON.stringify(endpoints) }));
  child.stdin?.end();
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  return said;
}

test.each([
  ["status"],
  ["token", "graph"],
  ["renew"],
  ["customers", "list"],
  ["doctor"],
  ["consent", "--as-administrator"],
])("%s %s names them first, once", async (...argv) => {
  const all = stage.endpoints();
  const said = (await errorsOf(argv, all)).split("\n");
  const hosts = Object.values(all).map((one) => one.replace("https://", "").replace(/:\d+$/u, ""));
  const line = `Endpoints in place of AzureCloud's: ${[...new Set(hosts)].join(", ")}.`;
  expect(said.filter((one) => one.startsWith("Endpoints "))).toEqual([line]);
  expect(said[0]).toBe(line);
});

test("an authority of somebody's own beside a partner's vault gets nothing", async () => {
  await stage.storeToken();
  const { authority } = stage.endpoints();
  const asked = stage.emulator.requests.entries().length;
  const said = await errorsOf(["token", "graph", "--vault", "https://contoso.vault.azure.net/"], { authority });
  expect(said).toBe(
    "error: The endpoints mix hosts of yours (authority) with Microsoft's (partnerCenter, microsoftGraph, resourceManager, " +
      "azureAdGraph, vaultSuffix, metadataHost), and each would get tokens and secrets of the other.\n  Name all of them, or none.\n",
  );
  expect(stage.emulator.requests.entries()).toHaveLength(asked);
});
