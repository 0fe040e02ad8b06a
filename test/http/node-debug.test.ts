/** NODE_DEBUG makes Node.js write what it sends and receives to standard error: with it no request with a token is sent. */
import { stageForEach, type Stage } from "../cli/support/stage";

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  stage.emulator.requests.clear();
});

const set = "NODE_DEBUG is set, and Node.js then writes to standard error what it sends, tokens included.";

test.each([
  ["token", "arm"],
  ["renew"],
  ["status", "--probe"],
  ["customers", "list"],
  ["consent", "--force"],
  ["doctor"],
  ["drift", "--stack", "none"],
])("%s is refused with the fix, and asks nobody", async (...argv) => {
  const { code, stdout, stderr } = await stage.run(argv, { NODE_DEBUG: "net" });
  const own = stderr.split("\n").filter((line) => !line.startsWith("NET "));
  expect({ code, stdout, own }).toEqual({
    code: 2,
    stdout: "",
    own: [`error: ${set} Run it without: unset NODE_DEBUG`, ""],
  });
  expect(stage.emulator.requests.entries()).toEqual([]);
});

test("what handles no token works: help, explain, completion", async () => {
  for (const argv of [["--help"], ["token", "--help"], ["explain", "AADSTS65001"], ["completion", "bash"]]) {
    expect(await stage.run(argv, { NODE_DEBUG: "stream" })).toMatchObject({ code: 0 });
  }
});

test("an empty NODE_DEBUG asks for nothing", async () => {
  expect(await stage.run(["token", "arm"], { NODE_DEBUG: "" })).toMatchObject({ code: 0, stderr: "" });
});
