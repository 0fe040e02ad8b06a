import type { Credential } from "../../lib/config/limits";
import { type Known, planCredentials } from "../../lib/consent/credential-plan";

const calendar = { rotateEvery: "90d", firstDay: "2026-11-26" };
const first = { kind: "secret", label: "2026-11-26", endDate: "2027-11-21T00:00:00Z" } as const;
const second = { kind: "secret", label: "2027-02-24", endDate: "2028-02-19T00:00:00Z" } as const;
const fourth = { kind: "secret", label: "2027-08-23", endDate: "2028-08-17T00:00:00Z" } as const;
const fifth = { kind: "secret", label: "2027-11-21", endDate: "2028-11-15T00:00:00Z" } as const;
const initial = { kind: "secret", label: "initial" } as const;
const applied = <T extends Credential>(one: T) => ({ ...one, reference: `client-secret-${one.label}-1a2b3c4d` });

const planned = (day: string, changes: Partial<Known> = {}) =>
  planCredentials({
    calendar,
    at: Date.parse(`${day}T12:00:00Z`),
    byHand: [initial],
    applied: [],
    deployed: "secret",
    isInUse: () => false,
    ...changes,
  });

test("from labels by hand to the calendar: before the first day nothing changes, and from then on the label is the previous one", () => {
  expect(planned("2026-11-25")).toEqual([initial]);
  expect(planned("2026-11-26")).toEqual([first, initial]);
});

test("a new stack begins with the current period's alone", () => {
  expect(planned("2027-09-01", { deployed: undefined })).toEqual([fourth]);
  expect(planned("2026-11-25", { deployed: undefined })).toEqual([initial]);
});

test("any day of a period declares the same; what was applied before goes when it turns, and nothing in the settings has changed", () => {
  const after = { applied: [first, initial].map(applied) };
  expect(planned("2026-11-26", after)).toEqual([first, initial]);
  expect(planned("2027-02-23", after)).toEqual([first, initial]);
  expect(planned("2027-02-24", after)).toEqual([second, first]);
  expect(planned("2027-02-25", { applied: [second, first].map(applied) })).toEqual([second, first]);
});

test("two missed periods lose nothing, and make nothing up: the one that was applied is the previous one", () => {
  expect(planned("2027-08-25", { applied: [applied(first)] })).toEqual([fourth, first]);
});

test("what a live token names stays until it is rolled", () => {
  const { reference } = applied(first);
  const after = { applied: [fourth, second, first].map(applied) };
  const isInUse = (one: string) => one === reference;
  expect(planned("2027-11-21", { ...after, isInUse })).toEqual([fifth, fourth, first]);
  expect(planned("2027-11-21", after)).toEqual([fifth, fourth]);
});

test("the credential that a cut-off run published counts, though that run's outputs are not there", () => {
  const after = { applied: [first, initial].map(applied) };
  const emergency = { kind: "secret", label: "2026-12-03", endDate: "2027-11-28T00:00:00Z" } as const;
  expect(planned("2026-12-05", { ...after, published: emergency })).toEqual([emergency, first]);
  expect(planned("2027-05-30", { ...after, published: second })).toEqual([
    { kind: "secret", label: "2027-05-25", endDate: "2028-05-19T00:00:00Z" },
    second,
  ]);
});

test("an emergency's is current until the period turns, and what it replaces goes at once where that is asked for", () => {
  const asked = "2026-12-03";
  const made = { kind: "secret", label: asked, endDate: "2027-11-28T00:00:00Z" } as const;
  expect(planned("2026-12-03", { applied: [applied(first)], asked })).toEqual([made, first]);
  expect(planned("2026-12-03", { applied: [applied(first)], asked, isRevoking: true })).toEqual([made]);
  expect(planned("2026-12-03", { applied: [made, first].map(applied), isRevoking: true })).toEqual([made]);
  expect(planned("2027-02-23", { applied: [applied(made)] })).toEqual([made]);
  expect(planned("2027-02-24", { applied: [applied(made)] })).toEqual([second, made]);
});

test("another length of the period changes no credential that is there", () => {
  const shorter = { calendar: { ...calendar, rotateEvery: "30d" } };
  expect(planned("2026-12-01", { ...shorter, applied: [applied(first)] })).toEqual([first]);
  expect(planned("2027-01-01", { ...shorter, applied: [applied(first)] })).toEqual([
    { kind: "secret", label: "2026-12-26", endDate: "2027-04-25T00:00:00Z" },
    first,
  ]);
  const longer = { calendar: { rotateEvery: "180d", firstDay: "2026-11-26" } };
  expect(planned("2027-03-01", { ...longer, applied: [second, first].map(applied) })).toEqual([second, first]);
});

test("a first day that was moved into the future leaves what is applied", () => {
  const later = { calendar: { ...calendar, firstDay: "2027-12-01" } };
  expect(planned("2027-03-01", { ...later, applied: [second, first].map(applied) })).toEqual([second, first]);
});

describe("with certificates", () => {
  const kind = "certificate";
  const certificate = (label: string) => ({ kind, label }) as const;
  const byHand = [certificate("initial")] as const;
  const [one, two] = [certificate(first.label), certificate(second.label)];
  const asCertificate = (day: string, changes: Partial<Known>) => planned(day, { byHand, deployed: kind, ...changes });

  test("a period has one as it has a client secret, without an end of ours", () => {
    expect(asCertificate("2026-11-25", {})).toEqual(byHand);
    expect(asCertificate("2026-11-26", {})).toEqual([one, ...byHand]);
    expect(asCertificate("2026-11-26", { deployed: undefined })).toEqual([one]);
    expect(asCertificate("2027-02-24", { applied: [one, ...byHand].map(applied) })).toEqual([two, one]);
  });

  test("from a client secret by hand, which the settings name second, nothing that was never made is declared", () => {
    const before = { byHand: [...byHand, initial], deployed: "secret" } as const;
    expect(asCertificate("2026-11-26", before)).toEqual([one, initial]);
  });

  test("from client secrets by the calendar and back within a period the label is the other kind's as well", () => {
    const secrets = { applied: [second, first].map(applied) };
    expect(asCertificate("2027-03-01", secrets)).toEqual([two, second]);
    const back = { applied: [two, second].map(applied) };
    expect(planned("2027-03-01", back)).toEqual([second, two]);
    expect(planned("2027-05-25", back)[0]).toMatchObject({ label: "2027-05-25", endDate: expect.anything() as string });
  });

  test("what is applied counts by its kind, before the first day too", () => {
    const later = { calendar: { ...calendar, firstDay: "2027-12-01" }, applied: [applied(second)] };
    expect(asCertificate("2027-03-01", later)).toEqual([two, second]);
  });
});
