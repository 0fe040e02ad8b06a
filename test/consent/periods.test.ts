import fc from "fast-check";
import { daysSince, dayIn, dueSince, endOf, isLater, labelOfToday, periodAt } from "../../lib/consent/periods";

const calendar = { rotateEvery: "90d", firstDay: "2026-11-26" };
const at = (text: string): number => Date.parse(text);

test.each([
  ["2026-11-25T23:59:59.999Z", undefined],
  ["2026-11-26T00:00:00.000Z", { label: "2026-11-26", turns: "2027-02-24" }],
  ["2027-02-23T23:59:59.999Z", { label: "2026-11-26", turns: "2027-02-24" }],
  ["2027-02-24T00:00:00.000Z", { label: "2027-02-24", turns: "2027-05-25" }],
  ["2027-11-25T12:00:00.000Z", { label: "2027-11-21", turns: "2028-02-19" }],
])("the period of %s", (instant, period) => {
  expect(periodAt(calendar, at(instant))).toEqual(period);
});

test("a credential ends four periods after its day, and after Entra's two years at the latest", () => {
  expect([
    endOf(calendar, "2026-11-26"),
    endOf(calendar, "2026-12-03-2"),
    endOf({ ...calendar, rotateEvery: "365d" }, "2026-11-26"),
  ]).toEqual(["2027-11-21T00:00:00Z", "2027-11-28T00:00:00Z", "2028-11-25T00:00:00Z"]);
});

test("every instant of a period has its label and its end, and two missed periods fit into a credential's life", () => {
  const dates = fc.integer({ min: 0, max: 40_000 }).map((days) => new Date(days * 86_400_000));
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 240 }), dates, fc.integer({ min: 0, max: 20_000 }), (days, first, later) => {
      const own = { rotateEvery: `${days}d`, firstDay: first.toISOString().slice(0, 10) };
      const now = first.getTime() + later * 86_400_000 + 3_600_000;
      const period = periodAt(own, now);
      const [begins, turns] = [period?.label ?? "", period?.turns ?? ""].map((day) => at(`${day}T00:00:00Z`)) as [
        number,
        number,
      ];
      expect([turns - begins, begins <= now, now < turns]).toEqual([days * 86_400_000, true, true]);
      expect(periodAt(own, begins)).toEqual(period);
      expect(periodAt(own, turns - 1)).toEqual(period);
      const end = at(endOf(own, period?.label ?? ""));
      expect([end - begins >= 3 * days * 86_400_000, end - begins <= 730 * 86_400_000]).toEqual([true, true]);
    }),
  );
});

test.each([
  ["2026-11-26", "2026-11-26"],
  ["2026-11-26-2", "2026-11-26"],
  ["2026-02-30", undefined],
  ["2026-13-01", undefined],
  ["initial", undefined],
  ["2027-spring", undefined],
])("the day in label %s", (label, day) => {
  expect(dayIn(label)).toBe(day);
});

test.each([
  ["2026-11-26", "2026-11-27T00:00:00Z", undefined],
  ["2026-11-26", "2027-02-24T00:00:00Z", "2027-02-24"],
  ["2026-11-26", "2027-12-31T00:00:00Z", "2027-02-24"],
  ["2026-12-03-2", "2027-02-25T00:00:00Z", "2027-02-24"],
  ["2027-02-27", "2027-03-01T00:00:00Z", undefined],
  ["initial", "2027-03-01T00:00:00Z", "2026-11-26"],
  [undefined, "2027-03-01T00:00:00Z", "2026-11-26"],
  ["initial", "2026-11-01T00:00:00Z", undefined],
  ["2026-01-01", "2026-11-27T00:00:00Z", "2026-11-26"],
])("with %s applied, on %s the rotation is due since", (applied, instant, since) => {
  expect(dueSince(calendar, applied, at(instant))).toBe(since);
});

test("days are counted from the beginning of the first", () => {
  expect([
    daysSince("2027-02-24", at("2027-02-24T23:00:00Z")),
    daysSince("2027-02-24", at("2027-03-10T00:00:00Z")),
  ]).toEqual([0, 14]);
});

test("a label of today is the day, and has a number where that is taken", () => {
  const now = at("2026-12-03T17:00:00Z");
  expect([labelOfToday([], now), labelOfToday(["2026-12-03"], now)]).toEqual(["2026-12-03", "2026-12-03-2"]);
  expect(labelOfToday(["2026-12-03", "2026-12-03-2"], now)).toBe("2026-12-03-3");
  expect([isLater("2026-12-03-2", "2026-12-03"), isLater("2026-12-03-10", "2026-12-03-9")]).toEqual([true, true]);
  expect([isLater("2026-12-03", "2026-12-03"), isLater("2026-12-03-9", "2026-12-04")]).toEqual([false, false]);
});
