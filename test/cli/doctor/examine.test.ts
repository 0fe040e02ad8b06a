import { ApiError } from "../../../lib/azure/api";
import { type Check, failed, type Finding, ok, skipped, warning } from "../../../cli/doctor/check";
import { examine } from "../../../cli/doctor/examine";
import { Facts } from "../../../cli/doctor/facts";
import { allChecks } from "../../../cli/doctor/all-checks";
import { commands } from "../../../cli/commands";
import { exitCodeOfResults, jsonOf, Report, summaryOf, textOf } from "../../../cli/doctor/report";
import { invocationFor } from "../../../cli/options/run-options";
import type { ExitCode } from "../../../cli/terminal/exit-code";
import { requireYes } from "../../../cli/terminal/require-yes";
import { ownCommand, run as fixBy, sentence } from "../../../lib/errors/failure";
import { printFor } from "../../../lib/errors/invocation";
import { messageOf } from "../../../lib/errors/text";
import { told } from "../support/told";

beforeEach(() => {
  printFor({ own: "secure-app-model", shell: "posix" });
});

const check = (name: string, look: Check["look"], more: Partial<Check> = {}): Check => ({
  name,
  title: name.toUpperCase(),
  needs: [],
  look,
  ...more,
});

async function run(checks: Check[], fix = false) {
  const results = await Array.fromAsync(examine(checks, () => new Facts({}, {}), fix));
  expect(results.map(({ name }) => name)).toEqual(checks.map(({ name }) => name));
  const changes = results.flatMap(({ changed = [] }) => changed);
  return { changes, results: results.map((one) => [one.name, one.state, one.what, told(one).fix ?? ""]) };
}

test("behind a failure what needs it is skipped, all the way down, and says what to repair first", async () => {
  const looked = jest.fn(() => ok("seen"));
  const { results } = await run([
    check("a", () => failed("broken", sentence("fix it"))),
    check("b", looked, { needs: ["a"] }),
    check("c", looked, { needs: ["b"] }),
    check("d", looked),
  ]);
  expect(results).toEqual([
    ["a", "failed", "broken", "fix it"],
    ["b", "skipped", "skipped", "First repair: A"],
    ["c", "skipped", "skipped", "First repair: A"],
    ["d", "ok", "seen", ""],
  ]);
  expect(looked).toHaveBeenCalledTimes(1);
});

test("what is not there yet leaves nothing to look at; a warning hides nothing", async () => {
  const { results } = await run([
    check("a", () => skipped("none yet", sentence("make it"))),
    check("b", () => ok("seen"), { needs: ["a"] }),
    check("c", () => warning("soon", sentence("renew it"))),
    check("d", () => ok("seen"), { needs: ["c", "not-in-the-list"] }),
  ]);
  expect(results).toEqual([
    ["a", "skipped", "none yet", "make it"],
    ["b", "skipped", "not checked: it needs A", ""],
    ["c", "warning", "soon", "renew it"],
    ["d", "ok", "seen", ""],
  ]);
});

test("whatever keeps a check from looking is told as that, never as right", async () => {
  const forbidden = () => Promise.reject(new ApiError(403, "Denied", "Graph refused\n  GET /x: 403"));
  const { results } = await run([
    check("a", forbidden, { right: "Directory.Read.All" }),
    check("b", () => Promise.reject(new Error("no network"))),
  ]);
  const again = "Repair that, then check again: secure-app-model doctor";
  expect(results).toEqual([
    [
      "a",
      "failed",
      "could not tell: Graph refused GET /x: 403",
      "Ask an administrator for this right: Directory.Read.All",
    ],
    ["b", "failed", "could not tell: no network", again],
  ]);
});

describe("--fix", () => {
  const repairable = (repair: Check["repair"]) => {
    let repaired = false;
    return check("a", () => (repaired ? ok("there") : failed("missing", sentence("make it"))), {
      repair: async (facts) => {
        const change = await repair?.(facts);
        repaired = true;
        return change ?? "";
      },
    });
  };

  test("repairs what failed and looks again; without it nothing is repaired", async () => {
    const made = () => Promise.resolve("Made it.");
    expect(await run([repairable(made)], true)).toEqual({ changes: ["Made it."], results: [["a", "ok", "there", ""]] });
    expect(await run([repairable(made)])).toEqual({ changes: [], results: [["a", "failed", "missing", "make it"]] });
  });

  test("a repair that is refused is told beside what was found", async () => {
    const refused = () => Promise.reject(new Error("403"));
    expect(await run([repairable(refused)], true)).toEqual({
      changes: [],
      results: [["a", "failed", "missing; not repaired: 403", "make it"]],
    });
  });

  test("a repair that takes a yes prints the same command with it, and no longer the one that was just run", async () => {
    const asks = repairable(async () => {
      await requireYes(undefined, "make it");
      return "";
    });
    const [result] = await Array.fromAsync(examine([asks], () => new Facts({}, {}), true));
    printFor({ ...invocationFor(["doctor", "--stack", "dev", "--fix"], commands), own: "secure-app-model" });
    expect(result && messageOf(result)).toBe(
      "missing; not repaired: No terminal to confirm at, so this was not done: make it. Confirm with --yes: secure-app-model doctor --stack dev --fix --yes",
    );
  });

  test("a warning is no reason to change anything", async () => {
    const repair = jest.fn();
    await run([check("a", () => warning("soon", sentence("renew it")), { repair })], true);
    expect(repair).not.toHaveBeenCalled();
  });
});

describe("the report", () => {
  const shown = (finding: Finding) => ({ name: "a", title: "A", ...finding });

  test("the first failure names the exit code, and the summary counts", () => {
    const [fine, soon, none] = [shown(ok("x")), shown(warning("x", sentence("y"))), shown(skipped("x"))];
    const broken = (exitCode?: ExitCode) => shown(failed("x", sentence("y"), exitCode));
    expect([exitCodeOfResults([fine, soon, none]), exitCodeOfResults([fine, broken(4), broken(2)])]).toEqual([0, 4]);
    expect(exitCodeOfResults([broken()])).toBe(1);
    expect(summaryOf([fine, fine, broken()])).toBe("2 ok, 0 warnings, 1 failed, 0 skipped");
  });

  test("what was skipped for one reason is told once; all else as soon as it is known", () => {
    const lines: string[] = [];
    const report = new Report((text) => lines.push(text));
    const add = (title: string, finding: Finding): number => {
      report.add({ ...shown(finding), title });
      return lines.length;
    };
    const printed = [
      add("A", failed("x", sentence("y"))),
      add("B", skipped("skipped", sentence("z"))),
      add("C", skipped("skipped", sentence("z"))),
      add("D", skipped("nothing there")),
      add("E", ok("x")),
      add("F", warning("x", sentence("y"))),
      add("G", skipped("nothing there")),
    ];
    expect(printed).toEqual([1, 1, 1, 2, 4, 5, 5]);
    report.flush();
    expect(lines).toEqual([
      "✗ A: x\n    y",
      "– B, C: skipped\n    z",
      "– D: nothing there",
      "✓ E: x",
      "! F: x\n    y",
      "– G: nothing there",
    ]);
  });

  test("JSON has the same names whatever was found", () => {
    const again = fixBy("Sign in", ownCommand("consent", "--account", "it's me"));
    expect([jsonOf(shown(ok("x"))), jsonOf(shown(failed("x\u001by", again, 3)))]).toEqual([
      { name: "a", state: "ok", what: "x", why: null, fixes: [], message: "x" },
      {
        name: "a",
        state: "failed",
        what: "x y",
        why: null,
        message: "x y Sign in: secure-app-model consent --account 'it'\\''s me'",
        fixes: [
          {
            text: "Sign in",
            byPerson: false,
            commands: [
              {
                line: "secure-app-model consent --account 'it'\\''s me'",
                program: "secure-app-model",
                args: ["consent", "--account", "it's me"],
              },
            ],
          },
        ],
      },
    ]);
  });
});

test("of many problems none is cut off, and each is there once", () => {
  const problems = Array.from({ length: 20 }, (_, index) => {
    const why = "It is wrong in a way that takes a hundred characters to tell, and so twenty of them are a long text.";
    return { where: `setting${index}.`, why, fixes: [fixBy("Set it", ownCommand("set", `${index}.`))] };
  });
  const finding = { name: "stack", title: "Stack", ...failed("20 settings are wrong", fixBy("Run them")), problems };
  for (const text of [textOf([finding]), (jsonOf(finding) as { message: string }).message])
    expect([...text.matchAll(/setting\d+\./gu)].map(([where]) => where)).toEqual(problems.map(({ where }) => where));
});

test("every check has a name of its own and needs only what stands above it", () => {
  const names = allChecks(true, true).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const [index, { needs }] of allChecks(true, true).entries()) {
    expect(needs.filter((name) => !names.slice(0, index).includes(name))).toEqual([]);
  }
  const named = (...which: [boolean, boolean]) => allChecks(...which).map(({ name }) => name);
  const ofStack = ["stack", "interrupted", "preview", "additions"];
  expect(named(false, true)).toEqual(names.filter((name) => !ofStack.includes(name)));
  expect(named(true, false)).toEqual(names.filter((name) => name !== "probe"));
});
