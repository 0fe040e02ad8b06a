/** The command in the test's own process, beside the process that it stands for. */
import vm from "node:vm";
import { builtCommand } from "./support/built-command";
import { commandHere } from "./support/command-here";

test.each<{ argv: string[]; input?: string; variables?: Record<string, string> }>([
  { argv: ["--version"] },
  { argv: ["token", "--help"] },
  { argv: [] },
  { argv: ["explain"], input: "AADSTS65001, and AADSTS7000222" },
  { argv: ["explain", "--json"], input: "nothing" },
  { argv: ["status"], variables: { SECURE_APP_MODEL_CLOUD: "AzureCloud" } },
  { argv: ["token", "graph", "--json"], variables: { SECURE_APP_MODEL_VAULT: "https://contoso.vault.azure.cn" } },
])("does what the process does: $argv", async ({ argv, input, variables }) => {
  expect(await commandHere(argv, input, variables)).toEqual(await builtCommand(argv, input, variables));
});

test("leaves nothing behind: neither variables, an exit code nor listeners, and no module for the next one", async () => {
  const worker = vm.runInThisContext("process") as NodeJS.Process;
  const left = () => [{ ...worker.env }, [...worker.argv], worker.exitCode, worker.listenerCount("SIGINT")];
  const before = left();
  const [one, other] = await Promise.all([
    commandHere(["status"], "", { SECURE_APP_MODEL_CLOUD: "AzureCloud" }),
    commandHere(["status", "--cloud", "AzureChinaCloud"]),
  ]);
  expect([one, await commandHere(["status", "--cloud", "AzureChinaCloud"])]).toEqual([
    await builtCommand(["status"], "", { SECURE_APP_MODEL_CLOUD: "AzureCloud" }),
    other,
  ]);
  expect([worker.exitCode, left()]).toEqual([undefined, before]);
});
