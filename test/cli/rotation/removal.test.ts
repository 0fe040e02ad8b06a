import { removalOf } from "../../../cli/rotate/rotate";

test("of several client secrets it is said that none but the first goes at once; a certificate waits for nobody", () => {
  const [one, two] = ["2026-spring", "2026-autumn"].map((label) => ({ kind: "secret" as const, label }));
  const certificate = { kind: "certificate" as const, label: "old" };
  expect(one && removalOf([one, certificate])).toBe("2026-spring, old is removed at once");
  expect(one && two && removalOf([two, one])).toBe(
    "2026-autumn, 2026-spring are removed, each client secret 20 seconds after the one before",
  );
});
