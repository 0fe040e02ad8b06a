/** Which generations of a credential a run declares, whatever the last one declared and whatever it is asked. */
import fc from "fast-check";
import { credentialKinds, type Generation } from "../../lib/config/limits";
import { askedIn, type Question } from "../../lib/config/own-variables";
import {
  daysSince,
  dueSince,
  endOf,
  generationsIn,
  type Known,
  labelOf,
  planGenerations,
} from "../../lib/credential/generations";

const day = 86_400_000;
const at = (text: string): number => Date.parse(text);
const made = (number: number, on: string, kind: Generation["kind"] = "secret"): Generation => ({
  ...{ number, kind, day: on },
});
const [first, second] = [made(1, "2026-11-26"), made(2, "2027-02-24")];
const plan = (known: Partial<Known>) =>
  planGenerations({ applied: [second, first], kind: "secret", at: at("2027-03-01T12:00:00Z"), ...known });

test.each<[string, Partial<Known>, Generation[]]>([
  ["nothing is there yet: the first one", { applied: [] }, [made(1, "2027-03-01")]],
  ["nothing is asked and none is due: as it is", {}, [second, first]],
  ["a new one takes the place of the one before the current one", { asked: "next" }, [made(3, "2027-03-01"), second]],
  ["a stolen one goes at once, and the one before with it", { asked: "revoke" }, [made(3, "2027-03-01")]],
  ["the one before is finished with", { asked: "finish" }, [second]],
  ["one that is due", { rotateEvery: "30d", at: at("2027-03-26T00:00:00Z") }, [made(3, "2027-03-26"), second]],
  ["the last instant before", { rotateEvery: "30d", at: at("2027-03-25T23:59:59.999Z") }, [second, first]],
  ["one of the other kind", { kind: "certificate" }, [made(3, "2027-03-01", "certificate"), second]],
  // A look at the stack: a due rotation is no change, and settings are one.
  [
    "applied: one that is due",
    { rotateEvery: "30d", at: at("2028-01-01T00:00:00Z"), asked: "applied" },
    [second, first],
  ],
  [
    "applied: one of the other kind",
    { kind: "certificate", asked: "applied" },
    [made(3, "2027-03-01", "certificate"), second],
  ],
  ["somebody else makes it: the stack's own stays beside it, and none is made", { kind: undefined }, [second]],
  ["somebody else makes it, and the stack's own goes", { kind: undefined, asked: "finish" }, []],
])("%s", (_, known, planned) => {
  expect(plan(known)).toEqual(planned);
});

const dates = fc.integer({ min: 0, max: 40_000 }).map((days) => new Date(days * day));
const generation = fc.record({
  number: fc.integer({ min: 1, max: 10_000 }),
  kind: fc.constantFrom(...credentialKinds),
  day: dates.map((date) => date.toISOString().slice(0, 10)),
});
/** What a deployment leaves: at most two, the current one first. */
const applied = fc.oneof(
  fc.constant([]),
  generation.map((one) => [one]),
  fc.tuple(generation, generation).map(([one, other]) => [{ ...one, number: other.number + 1 }, other]),
);
const questions: (Question | undefined)[] = [undefined, "applied", "next", "revoke", "finish"];
const known: fc.Arbitrary<Known> = fc.record({
  applied,
  kind: fc.constantFrom(...credentialKinds, undefined),
  rotateEvery: fc.option(
    fc.integer({ min: 30, max: 365 }).map((days) => `${days}d`),
    { nil: undefined },
  ),
  asked: fc.constantFrom(...questions),
  at: fc.tuple(dates, fc.integer({ min: 0, max: day - 1 })).map(([date, into]) => date.getTime() + into),
});

test("of anything: at most two, at most one of them new, of the wanted kind and today's, and the current one among them unless it is revoked", () => {
  fc.assert(
    fc.property(known, (given) => {
      const [current] = given.applied;
      const planned = planGenerations(given);
      const fresh = planned.filter((one) => !given.applied.some(({ number }) => number === one.number));
      expect(planned.length).toBeLessThanOrEqual(2);
      expect(fresh.length).toBeLessThanOrEqual(given.kind === undefined ? 0 : 1);
      const today = new Date(given.at).toISOString().slice(0, 10);
      const number = (current?.number ?? 0) + 1;
      // However many periods were missed.
      expect(fresh).toEqual(fresh.map(() => ({ number, kind: given.kind, day: today })));
      expect(planned.slice(0, fresh.length)).toEqual(fresh);
      if (current !== undefined && given.asked !== "revoke" && given.kind !== undefined)
        expect(planned).toContainEqual(current);
      // What is kept is as it was.
      for (const one of planned.slice(fresh.length)) expect(given.applied).toContainEqual(one);
      if (given.kind !== undefined) expect(planned.length).toBeGreaterThan(0);
    }),
  );
});

test("of anything: what was declared is declared again on the same day, and a failed run does the same again", () => {
  fc.assert(
    fc.property(known, (given) => {
      const planned = planGenerations(given);
      // It did not come to its end: the outputs are those before.
      expect(planGenerations({ ...given })).toEqual(planned);
      const settled = { ...given, applied: planned, asked: undefined };
      const again = planGenerations(settled);
      const isSettled = given.asked === undefined || given.asked === "next" || given.asked === "revoke";
      if (isSettled && given.kind !== undefined) expect(again).toEqual(planned);
      expect(planGenerations({ ...settled, applied: again })).toEqual(again);
    }),
  );
});

test("due is the day that many days after the current one's, and none without a period", () => {
  expect([
    dueSince(first, "90d", at("2027-02-23T23:59:59Z")),
    dueSince(first, "90d", at("2027-02-24T00:00:00Z")),
    dueSince(first, "90d", at("2029-01-01T00:00:00Z")),
    dueSince(first, undefined, at("2029-01-01T00:00:00Z")),
  ]).toEqual([undefined, "2027-02-24", "2027-02-24", undefined]);
  expect([
    daysSince("2027-02-24", at("2027-02-24T23:59:59Z")),
    daysSince("2027-02-24", at("2027-02-26T00:00:00Z")),
  ]).toEqual([0, 2]);
});

test.each([
  ["2026-11-26T23:59:59Z", 12, "2027-11-26T00:00:00Z"],
  ["2026-11-26T00:00:00Z", 24, "2028-11-26T00:00:00Z"],
  ["2026-12-31T12:00:00Z", 1, "2027-01-31T00:00:00Z"],
  // The month has no such day: it ends in the next one.
  ["2028-02-29T12:00:00Z", 12, "2029-03-01T00:00:00Z"],
])("what is made at %s for %i months ends at %s", (time, months, end) => {
  expect(endOf(at(time), months)).toBe(end);
});

test("generations of outputs have the form that a deployment writes", () => {
  expect(generationsIn([first, second])).toEqual([first, second]);
  for (const other of [
    { number: "2\n::error::x" },
    { number: 0 },
    { number: 1.5 },
    { kind: "\u001B[2J" },
    { day: "2099" },
  ])
    expect(() => generationsIn([first, { ...second, ...other }])).toThrow("in a form that no deployment writes");
  for (const other of [null, "x", [null]]) expect(() => generationsIn(other)).toThrow("no deployment writes");
  expect(generationsIn(undefined)).toEqual([]);
});

test("a question is one of four words; a mistyped one is refused", () => {
  const asked = ["applied", "next", "revoke", "finish", ""].map((one) => askedIn({ SECURE_APP_MODEL_ROTATION: one }));
  expect(asked).toEqual(["applied", "next", "revoke", "finish", undefined]);
  for (const word of ["Next", "c3", "aplied"])
    expect(() => askedIn({ SECURE_APP_MODEL_ROTATION: word })).toThrow(
      `SECURE_APP_MODEL_ROTATION is "${word}"; it is applied, next, revoke, finish, or not set.`,
    );
  expect([askedIn({}), labelOf({ number: 7 })]).toEqual([undefined, "c7"]);
});
