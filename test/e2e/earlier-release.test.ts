/** What stays compatible (CHANGELOG.md): a stack of the first release, with its own configuration. */
import { goOn } from "./support/earlier-state";

test("a stack of 0.1.0 is as declared, its outputs too, and nobody signs in", async () => {
  await using project = await goOn("0.1.0");
  const { code, text } = await project.pulumi("preview", "--expect-no-changes");
  expect(text).not.toMatch(/^Outputs:|^ {4}[-+~]/mu);
  expect([code, project.signIns]).toEqual([0, 0]);
});
