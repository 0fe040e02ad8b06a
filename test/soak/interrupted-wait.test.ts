/** Ctrl-C while `up` waits for a role that the stack has just assigned: it ends, and the next run goes on. */
import { setTimeout as sleep } from "node:timers/promises";
import { processesWith } from "../../embedded-cloud/testing/processes";
import { finished, Project } from "../e2e/support/project";

/** Milliseconds of the embedded cloud: its clock is moved on, nobody waits. */
const delay = 30 * 60_000;

test("the wait for a role ends at the first Ctrl-C and leaves no process and no lock; the next up goes on once the role takes effect", async () => {
  const project = await Project.start({ plugins: "in processes" });
  try {
    const { emulator, cloud, folder } = project;
    cloud.roleAssignmentDelay = delay;
    const up = project.spawn("up", "--yes", "--skip-preview");
    const result = finished(up);
    const waits = new Promise<void>((resolve) => {
      let said = "";
      up.stdout?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("Waiting for the role assignment on the vault to take effect")) resolve();
      });
    });
    await Promise.race([waits, result]);
    up.kill("SIGINT");
    const { code, text } = await result;
    expect({ failed: code !== 0, text }).toEqual({
      failed: true,
      text: expect.stringContaining("Interrupted; what was begun and not finished was given up.") as string,
    });
    expect(text).toContain("Waiting for the role assignment on the vault to take effect");
    while (processesWith("PULUMI_HOME", folder).length > 0) await sleep(50);
    emulator.clock.advance(delay);
    cloud.roleAssignmentDelay = 0;
    await project.up();
    expect((await project.outputs())["consent"]).toMatchObject({ health: "ok" });
  } finally {
    await project.close();
  }
});
