import { fasterRow, limitRow, markdown, plainRow, ratioRow, shareRow } from "../../bench/table";

test("a figure with a goal says whether it is reached; one without says nothing", () => {
  const rows = [
    ratioRow("load", "an empty program", 1.15, 1.15),
    ratioRow("load", "an empty program", 1.16, 1.15),
    fasterRow("start", "the default", 7.9, 8),
    limitRow("memory", 130, "MB", 160),
    limitRow("memory", undefined, "MB", 160),
    shareRow("customers", "a limit", 0.98, 0.98),
    shareRow("customers", "a limit", 0.979, 0.98),
    plainRow("time", "an empty program", 1.14),
    plainRow("memory", "an empty program", 0.9, "152 MB"),
  ];
  expect(markdown(rows).split("\n").slice(2)).toEqual([
    "| load | an empty program | 1.15 × | ≤ 1.15 × | yes |",
    "| load | an empty program | 1.16 × | ≤ 1.15 × | **no** |",
    "| start | the default | 7.9 times faster | ≥ 8 times | **no** |",
    "| memory |  | 130 MB | ≤ 160 MB | yes |",
    "| memory |  | not told by this system | ≤ 160 MB | yes |",
    "| customers | a limit | 98.0 % | ≥ 98 % | yes |",
    "| customers | a limit | 97.9 % | ≥ 98 % | **no** |",
    "| time | an empty program | 1.14 × |  |  |",
    "| memory | an empty program | 0.90 ×, 152 MB |  |  |",
  ]);
});
