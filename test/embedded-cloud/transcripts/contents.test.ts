import { chapters } from "../../../embedded-cloud/transcripts/contents";

test("no filter stands between a command and its exit code, which the page shows", () => {
  const commands = chapters.flatMap(({ sections }) => sections.map(({ command }) => command));
  const filtered = commands.filter((command) => /\|(?! *secure-app-model)/u.test(command));
  // One that cannot fail.
  expect(filtered).toEqual(["secure-app-model completion bash | head -n 5"]);
});
