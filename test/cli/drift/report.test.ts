import type { DriftFinding } from "../../../cli/drift/findings";
import { lookOf } from "../../../cli/drift/look";
import { type Report, textReport } from "../../../cli/drift/report";
import { az, type Command, run, sentence } from "../../../lib/errors/failure";

const finding = (property: string, values: Partial<Pick<DriftFinding, "declared" | "live">>): DriftFinding => ({
  state: "failed",
  what: "",
  resource: "azuread.Application partner",
  urn: "urn",
  property,
  declared: null,
  live: null,
  ...values,
});
const markdownOf = (one: Report): string => lookOf(one).body;
const nothing = { stack: "dev", drift: [], consequences: [], unreadable: [] };
const report = {
  stack: "dev",
  drift: [
    finding("web.redirectUris", { declared: "urn:ietf:wg:oauth:2.0:oob" }),
    finding("displayName", { declared: "Declared", live: "Tampered" }),
  ],
  consequences: ["partner.Consent partner"],
  unreadable: [],
};

test("the table in a log: one line a difference", () => {
  expect(textReport(report, undefined).split("\n")).toEqual([
    "Stack dev has drifted: 2 differences.",
    "",
    "RESOURCE                     PROPERTY          DECLARED                   LIVE",
    "azuread.Application partner  web.redirectUris  urn:ietf:wg:oauth:2.0:oob  (not there)",
    "azuread.Application partner  displayName       Declared                   Tampered",
    "",
    "These follow once that is repaired: partner.Consent partner.",
    "Put it back: pulumi up --stack dev",
  ]);
});

test("on a terminal its head is bold; one that is too narrow gets a block a difference", () => {
  const wide = textReport(report, { columns: 120, bold: true }).split("\n");
  expect(wide[2]).toBe(
    "\u001B[1mRESOURCE                     PROPERTY          DECLARED                   LIVE\u001B[22m",
  );
  expect(textReport(report, { columns: 60, bold: false }).split("\n").slice(2, 6)).toEqual([
    "azuread.Application partner",
    "  web.redirectUris",
    "    declared  urn:ietf:wg:oauth:2.0:oob",
    "    live      (not there)",
  ]);
});

test("a default that somebody changed is not put back by the engine: it has to be declared", () => {
  const adopted = { ...finding("accountEnabled", { live: false }), adopted: true as const };
  const declare =
    "The program does not declare accountEnabled of azuread.Application partner, so pulumi up leaves it at false: " +
    "declare it to have it put back.";
  const ends = (drift: DriftFinding[]) => [
    textReport({ ...nothing, drift }, undefined)
      .split("\n")
      .slice(drift.length + 4),
    markdownOf({ ...nothing, drift })
      .split("\n\n")
      .slice(1),
  ];
  expect(ends([adopted])).toEqual([[declare], [`\`${declare}\``]]);
  expect(ends([finding("displayName", { declared: "a", live: "b" }), adopted])).toEqual([
    ["Put it back: pulumi up --stack dev", declare],
    [
      "Put it back: `pulumi up --stack dev`. Or, if it is meant to stay, declare it in the program and merge.",
      `\`${declare}\``,
    ],
  ]);
});

test("what somebody has to explain is told once, before the deployment that puts it back", () => {
  const added = ["https://a.example", "https://b.example"].map((live) => ({
    ...finding("web.redirectUris", { live }),
    fixes: [sentence("Find out who did it.")],
  }));
  const lines = textReport({ ...nothing, drift: added }, undefined).split("\n");
  expect(lines.slice(6)).toEqual(["Find out who did it.", "Put it back: pulumi up --stack dev"]);
});

describe("what up does not put right", () => {
  const delete1 = az("ad", "app", "credential", "delete", "--id", "client", "--key-id", "one");
  const delete2 = az("ad", "app", "credential", "delete", "--id", "client", "--key-id", "two");
  const addition = (keyId: string, ...commands: Command[]): DriftFinding => ({
    ...finding("passwordCredentials", { live: { keyId } }),
    fixes: [run("Take out what none of yours did", ...commands)],
  });
  const drift = [addition("one", delete1), addition("two", delete2)];
  const takeOut = `Take out what none of yours did: az ${delete1.args.join(" ")}, then az ${delete2.args.join(" ")}`;
  const putBack = "Put it back: pulumi up --stack dev";

  test("comes with its own commands, each way once, before what puts the rest back", () => {
    expect(
      textReport({ ...nothing, drift }, undefined)
        .split("\n")
        .slice(6),
    ).toEqual([takeOut]);
    const both = { ...nothing, drift: [finding("displayName", { declared: "a", live: "b" }), ...drift] };
    expect(textReport(both, undefined).split("\n").slice(7)).toEqual([takeOut, putBack]);
    const paragraphs = markdownOf(both).split("\n\n").slice(1);
    expect(paragraphs).toEqual([
      `\`${takeOut}\``,
      "Put it back: `pulumi up --stack dev`. Or, if it is meant to stay, declare it in the program and merge.",
    ]);
  });

  test("what others have on an adopted application stands apart, also where nothing drifted", () => {
    const others = [finding("owners", { live: { displayName: "Adele", id: "a" } })];
    const line = "azuread.Application partner owners: displayName: Adele, id: a";
    expect(textReport({ ...nothing, others }, undefined).split("\n")).toEqual([
      "Stack dev has not drifted.",
      "Not this stack's, on the adopted application; its owner decides about them:",
      `  ${line}`,
    ]);
    expect(markdownOf({ ...nothing, others })).toContain(`\n\n- \`${line}\``);
  });
});

test("values of the cloud are one line, without a terminal's control characters", () => {
  const drift = [finding("displayName", { declared: "a", live: "b\n\u001B[31mred\u009B2J" })];
  expect(textReport({ ...nothing, drift }, undefined)).toContain("displayName  a         b [31mred 2J");
});

test("no drift, and what could not be checked", () => {
  expect(textReport(nothing, undefined)).toBe("Stack dev has not drifted.");
  expect(textReport({ ...nothing, unreadable: ["x"] }, undefined)).toBe(
    "Stack dev has not drifted.\nCould not look: x",
  );
});

test("an issue that would be too long for GitHub says how much it leaves out", () => {
  const drift = Array.from({ length: 400 }, (_, index) => finding(`p${index}`, { live: "x".repeat(400) }));
  const text = markdownOf({ ...nothing, drift });
  expect([
    text.length < 65_000,
    /… and \d{3} more: `secure-app-model drift --stack dev` shows them all\./u.test(text),
  ]).toEqual([true, true]);
});
