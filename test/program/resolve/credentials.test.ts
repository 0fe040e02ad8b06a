/** The settings of a credential as what a run declares, and what a preview shows of a rotation that is due. */
import { resolveCredential } from "../../../program/resolve/credential";
import { useClock } from "../../../lib/startup/clock";

const generations = [{ number: 2, kind: "secret", day: "2026-11-26" }] as const;
const usual = { kind: "secret", validityMonths: 12, rotateEvery: "90d", overdueDays: 14 } as const;
const made = (day: string, number = 3) => ({ number, kind: "secret", day });

async function resolved(day: string, changes: object = {}, asked = "", applied: readonly object[] = generations) {
  const told: string[] = [];
  const telling = (level: string) => (text: string) => Promise.resolve(void told.push(`${level}: ${text}`));
  const log = { info: telling("info"), warn: telling("warn") };
  const credential = { name: "client-credential-1a2b3c4d", generations: applied as typeof generations };
  const state = { outputs: applied.length === 0 ? {} : { credential }, clientIds: [], types: new Set<string>() };
  const restore = useClock(() => Date.parse(`${day}T12:00:00Z`));
  jest.replaceProperty(process, "env", { ...process.env, SECURE_APP_MODEL_ROTATION: asked });
  try {
    return { ...(await resolveCredential({ state, log }, { ...usual, ...changes })), told };
  } finally {
    restore();
    jest.restoreAllMocks();
  }
}

test("before the day nothing is said; then it is, and louder once it is overdue; the new one is declared in any case", async () => {
  expect(await resolved("2027-02-23")).toEqual({ generations, validityMonths: 12, told: [] });
  expect(await resolved("2027-03-10")).toMatchObject({
    generations: [made("2027-03-10"), ...generations],
    told: ["info: Rotation is due since 2027-02-24."],
  });
  expect((await resolved("2027-03-11")).told).toEqual(["warn: Rotation is due since 2027-02-24, which is overdue."]);
});

test("what a run is asked for goes before the calendar, and without any nothing is due", async () => {
  expect((await resolved("2027-03-11", {}, "applied")).generations).toEqual(generations);
  expect((await resolved("2026-12-01", {}, "revoke")).generations).toEqual([made("2026-12-01")]);
  expect(await resolved("2030-01-01", { rotateEvery: undefined })).toMatchObject({ generations, told: [] });
  expect((await resolved("2030-01-01", {}, "", [])).generations).toEqual([made("2030-01-01", 1)]);
});

test("beside a secret that somebody else keeps the stack's own one stays until it is finished with, and none is made", async () => {
  const theirs = { vaultSecretName: "portal-secret", rotateEvery: undefined };
  expect(await resolved("2030-01-01", theirs)).toMatchObject({ generations, vaultSecretName: "portal-secret" });
  expect((await resolved("2030-01-01", theirs, "finish")).generations).toEqual([]);
  expect((await resolved("2030-01-01", theirs, "", [])).generations).toEqual([]);
});
