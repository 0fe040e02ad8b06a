import { onPageDay, withinOneDay } from "../../../embedded-cloud/transcripts/dates";

test.each([
  ["today", "2026-11-25", "consented on 2026-11-25", "consented on 2027-01-15"],
  ["ninety days on", "2026-11-25", "ends on 2027-02-23", "ends on 2027-04-15"],
  ["ninety days on, over a leap day", "2028-01-10", "ends on 2028-04-09", "ends on 2027-04-15"],
  ["a day before", "2026-11-25", "2026-11-24", "2027-01-14"],
  ["history", "2026-11-25", "retired on 2025-08-31", "retired on 2025-08-31"],
  ["history, years ago to the day", "2026-08-31", "retired on 2025-08-31", "retired on 2025-08-31"],
  ["two years on, with a leap day between", "2026-11-25", "until 2028-11-25", "until 2029-01-15"],
  ["two years on, without one", "2028-03-01", "until 2030-03-01", "until 2029-01-15"],
  ["two years on, made on a leap day", "2028-02-29", "until 2030-03-01", "until 2029-01-15"],
  ["a time", "2026-11-25", '"2026-11-25T05:02:27.123Z"', '"2027-01-15T12:00:00.000Z"'],
  ["a time to the second", "2026-11-25", "2026-11-25T23:59:59Z", "2027-01-15T12:00:00Z"],
  ["a time as MSAL writes it", "2026-11-25", "2026-11-25 03:50:04Z", "2027-01-15 12:00:00Z"],
  ["a time of day", "2026-11-25", "until 05:02 UTC", "until 12:00 UTC"],
])("%s", (_, today, text, shown) => {
  expect(onPageDay(text, today)).toBe(shown);
});

test("a number that is no date stays", () => {
  const text = "AADSTS2026-11 and 24000:24001";
  expect(onPageDay(text, "2026-11-25")).toBe(text);
});

test("what midnight falls into is done again, dated by its new day", async () => {
  const midnight = Date.UTC(2026, 10, 26);
  const times = [midnight - 1, midnight, midnight + 1, midnight + 2];
  const days: string[] = [];
  const done = await withinOneDay(
    (today) => Promise.resolve(days.push(today)),
    () => times.shift() ?? Number.NaN,
  );
  expect({ done, days, left: times }).toEqual({ done: 2, days: ["2026-11-25", "2026-11-26"], left: [] });
});
