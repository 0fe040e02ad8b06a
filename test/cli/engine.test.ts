/** Commands that ask the engine, on a machine without one. */
import { tmpdir } from "node:os";
import { commandHere } from "./support/command-here";

test.each([[["status"]], [["revoke", "--yes"]], [["ci", "set-up"]], [["rotate", "--yes"]]])(
  "%j of a stack says that there is no pulumi, and where to get it",
  async (words) => {
    const argv = [...words, "--stack", "dev", "--cwd", tmpdir()];
    const { code, stdout, stderr } = await commandHere(argv, "", { PATH: "/nowhere" });
    expect([code, `${stdout}${stderr}`]).toEqual([
      2,
      expect.stringMatching(
        /There is no `pulumi` on PATH, and this command runs it\.[^]*https:\/\/www\.pulumi\.com\/docs\/install/u,
      ),
    ]);
  },
);
