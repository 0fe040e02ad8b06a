/** What a run removes besides its stacks, and how fast a signal ends a wait. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namespace } from "../../lib/errors/failure";
import { Deployment } from "../../tools/acceptance/deployment";
import { Interruption, InterruptedError } from "../../tools/acceptance/interruption";
import { pulumi, secureAppModel } from "../../tools/acceptance/programs";
import { repository } from "../tooling/markdown";

jest.mock("../../tools/acceptance/programs");
const command = jest.mocked(secureAppModel);

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "acceptance-"));
  command.mockReset();
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

const programs = () => ({ cwd: repository, environment: {}, interruption: new Interruption() });
const revoke = ["customers", "revoke", "customer.example", "--yes"];

test.each([
  ["removes it", 0, true],
  ["is refused, which does not keep the rest, and is told", 1, false],
])("a consent that an ended run left: a later removal %s", async (_, code, hasUndone) => {
  Deployment.begin(base, "x1", programs()).owes(...revoke);
  const later = Deployment.resume(join(base, "x1"), programs());
  command.mockResolvedValue({ code, stdout: "" });
  const left = await later.remove();
  expect([left, later.hasUndone, existsSync(later.folder)]).toEqual([[], hasUndone, false]);
  expect(later.unsure).toEqual(
    hasUndone ? [] : [expect.stringContaining('"Acceptance x1" in the tenant of --customer')],
  );
  expect(command.mock.calls.map(([, ...argv]) => argv)).toEqual([revoke]);
});

test("an interrupted removal keeps what it owes, and does not count as one that removed it", async () => {
  const deployment = Deployment.begin(base, "x1", programs());
  deployment.owes(...revoke);
  command.mockRejectedValueOnce(new InterruptedError());
  await deployment.remove();
  expect([deployment.hasUndone, existsSync(deployment.folder)]).toEqual([false, true]);
});

test("an application that an engine was making when it was killed may still be there, whatever its state shows", async () => {
  const deployment = Deployment.begin(base, "x1", programs());
  const states = join(deployment.folder, "state", ".pulumi", "stacks", namespace);
  mkdirSync(states, { recursive: true });
  const operation = (type: string, kind: string, inputs: object) => ({ type, resource: { type: kind, inputs } });
  const pending_operations = [
    operation("creating", "azuread:index/application:Application", { displayName: "Acceptance x1" }),
    operation("deleting", "azure-native:resources:ResourceGroup", { resourceGroupName: "acceptance-x1" }),
    operation("creating", "azuread:index/servicePrincipal:ServicePrincipal", { displayName: "with the application" }),
  ];
  writeFileSync(join(states, "one.json"), JSON.stringify({ checkpoint: { latest: { pending_operations } } }));
  writeFileSync(join(states, "two.json"), JSON.stringify({ checkpoint: {} }));
  jest.mocked(pulumi).mockResolvedValue({ code: 0, stdout: "" });
  expect([await deployment.remove(), deployment.unsure]).toEqual([[], ["Acceptance x1"]]);
});

test("a consent is owed until its removal succeeds, and no longer", async () => {
  const deployment = Deployment.begin(base, "x1", programs());
  deployment.owes(...revoke);
  command.mockResolvedValueOnce({ code: 1, stdout: "" }).mockResolvedValueOnce({ code: 0, stdout: "" });
  expect([await deployment.undo(), await deployment.undo(), await deployment.undo()]).toEqual([1, 0, 0]);
  expect([command.mock.calls.length, deployment.hasUndone]).toEqual([2, true]);
});

test("a folder is that of an ended run when its process is over, and not before", () => {
  for (const id of ["running", "over", "older"]) Deployment.begin(base, id, programs());
  writeFileSync(join(base, "over", "process"), `${spawnSync("true").pid}`);
  rmSync(join(base, "older", "process"));
  mkdirSync(join(base, "somebody-elses"));
  expect(Deployment.ended(base).sort()).toEqual([join(base, "older"), join(base, "over")]);
  expect(Deployment.ended(join(base, "none"))).toEqual([]);
});

test("a signal ends a wait at once", async () => {
  const interruption = new Interruption();
  interruption.listen();
  const waiting = interruption.sleep(30_000);
  process.emit("SIGHUP");
  await expect(waiting).rejects.toThrow(InterruptedError);
}, 5000);
