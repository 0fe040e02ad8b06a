/** Text from outside on a terminal, in JSON, on a page and in Markdown: it moves no cursor, turns nothing around, and adds no line of its own. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { code, codeBlock, table } from "../../cli/report/markdown";
import { escapedControls } from "../../lib/errors/harmless";
import { ownCommand } from "../../lib/errors/failure";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let folder: string;
stageForEach((fresh) => {
  stage = fresh;
  folder = mkdtempSync(join(tmpdir(), "outside-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Marks of direction, fillers, joiners, selectors, tags: of each block of Unicode that has such. */
const unseen =
  "\u00AD\u034F\u0600\u061C\u06DD\u070F\u115F\u1160\u17B4\u180E\u206A\u2065\u3164\uFE0F\uFFA0\uFFFB\u{110BD}\u{1BCA0}\u{1D173}\u{E0001}\u{E0041}\u{E01EF}\u{E0FFF}";
const hostile = `x\u001b[2J\u009b1A\u202Ey\u200B${unseen}\r\nok all is well`;
const harmful = new RegExp(
  `[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u2069\\uFEFF${unseen}]`,
  "u",
);

test.each(["status", "status --json", "status --json-lines", "doctor", "doctor --json"])(
  "a token's tags: %s",
  async (words) => {
    await stage.storeToken({ tags: stage.tags({ "account-name": hostile, "consented-at": hostile, stack: hostile }) });
    const page = join(folder, "page.html");
    const argv = [...words.split(" "), ...(words === "status" ? ["--html", page] : [])];
    const { stdout, stderr } = await stage.run(argv);
    const said = [stdout, stderr, ...(words === "status" ? [readFileSync(page, "utf8")] : [])].join("\n");
    expect([harmful.exec(said)?.[0], /^ok all is well/mu.exec(said)?.[0]]).toEqual([undefined, undefined]);
    expect(said).toContain("all is well");
  },
);

test.each(["customers list", "customers list --json", "customers list --json-lines"])(
  "a customer's name: %s",
  async (words) => {
    await stage.storeToken();
    const { id, domain } = stage.emulator.seeds.customers[0];
    const items = [{ id, companyProfile: { tenantId: id, domain, companyName: hostile } }];
    stage.emulator.faults.add({
      service: "partnerCenter",
      path: "/v1/customers",
      status: 200,
      body: { totalCount: 1, items },
    });
    const { stdout, stderr } = await stage.run(words.split(" "));
    expect([harmful.exec(stdout + stderr)?.[0], /^ok all is well/mu.exec(stdout)?.[0]]).toEqual([undefined, undefined]);
    expect(stdout).toContain("all is well");
  },
);

test.each(Array.from(`\u202E${unseen}`))("JSON on a terminal has %j as an escape, with the same value", (one) => {
  const json = escapedControls(JSON.stringify(one));
  expect([harmful.test(json), JSON.parse(json)]).toEqual([false, one]);
});

test("no text leaves a code span or a cell in Markdown by a line break", () => {
  expect(code("a\n\n# @everyone `<img>`")).toBe("`` a # @everyone `<img>` ``");
  expect(table(["x"], [["a\n| b |"]], ownCommand("drift"))).toBe("| x |\n| --- |\n| `a \\| b \\|` |");
  expect(codeBlock(`a${hostile}\n\`\`\`\nb`, String)).not.toMatch(harmful);
});
