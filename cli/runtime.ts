/**
 * The functions of the other commands, each of which is evaluated when it runs. They are a built file of their own:
 * instanceof does not recognise their errors outside, because program.ts has copies of the classes.
 */
import { setFlagsFromString } from "node:v8";
import "./terminal/interruption";

export { printFor } from "../lib/errors/invocation";
export { reportFailure } from "./terminal/failure";

type Run = (...given: never[]) => unknown;
const late =
  <Of extends Run>(load: () => Promise<Of>) =>
  async (...given: Parameters<Of>): Promise<void> => {
    // Earlier garbage collection: V8's heap grows to 114 MB for 5,000 customers, instead of 178.
    setFlagsFromString("--semi-space-growth-factor=1");
    setFlagsFromString("--heap-growing-percent=20");
    const run = await load();
    await run(...given);
  };

export const setUpCi = late(async () => (await import("./ci-set-up/ci-set-up.js")).setUpCi);
export const completion = late(async () => (await import("./completion/completion.js")).completion);
export const consentForPartner = late(async () => (await import("./consent/consent.js")).consentForPartner);
export const checkCustomers = late(async () => (await import("./customers/customers.js")).checkCustomers);
export const consentForCustomers = late(async () => (await import("./customers/customers.js")).consentForCustomers);
export const revokeForCustomers = late(async () => (await import("./customers/customers.js")).revokeForCustomers);
export const printCustomers = late(async () => (await import("./customers/list.js")).printCustomers);
export const doctor = late(async () => (await import("./doctor/doctor.js")).doctor);
export const drift = late(async () => (await import("./drift/drift.js")).drift);
export const env = late(async () => (await import("./env/env.js")).env);
export const execForCustomers = late(async () => (await import("./exec/for-customers.js")).execForCustomers);
export const explain = late(async () => (await import("./explain/explain.js")).explain);
export const init = late(async () => (await import("./init/init.js")).init);
export const previewStack = late(async () => (await import("./preview/preview.js")).previewStack);
export const renewTokens = late(async () => (await import("./renew/renew.js")).renewTokens);
export const reportJobs = late(async () => (await import("./report-jobs/report-jobs.js")).reportJobs);
export const revoke = late(async () => (await import("./revoke/revoke.js")).revoke);
export const rotate = late(async () => (await import("./rotate/rotate.js")).rotate);
export const status = late(async () => (await import("./status/status.js")).status);
export const up = late(async () => (await import("./up/up.js")).up);
