/** Loop over customers until the end, the first Ctrl-C, or a failure that all customers would share. */
import PQueue from "p-queue";
import { HttpFailure } from "../../lib/http/http-failure";
import { isPassing } from "../../lib/oauth/aadsts";
import type { Customer } from "../../lib/partner-center/customers";
import { PartnerCenterError } from "../../lib/partner-center/errors";
import { interruption } from "../../lib/startup/waiting";
import { endGently } from "../terminal/interruption";
import { Progress } from "../terminal/progress";
import { NoAccess } from "./partner";

export interface Ran {
  /** Count of each outcome. */
  outcomes: Map<string, number>;
  /** Customers that were not started. */
  left: number;
  isInterrupted: boolean;
  /** The error that ended the run; it does not depend on the customer. */
  failure: unknown;
  milliseconds: number;
}

/** Outages in a row that end a run. */
const mostOutages = 10;

/** @param act returns an outcome, one word @param fail takes the error in its place */
export async function runOver(
  customers: readonly Customer[],
  atOnce: number,
  act: (customer: Customer) => Promise<string>,
  fail: (customer: Customer, error: unknown) => void,
): Promise<Ran> {
  const since = performance.now();
  const ran = { outcomes: new Map<string, number>(), left: customers.length, isInterrupted: false };
  let failure: unknown;
  let outages = 0;
  const isOver = () => ran.isInterrupted || failure !== undefined;
  const restore = endGently(() => {
    ran.isInterrupted = true;
  });
  const progress = new Progress("customers", customers.length);
  const failed = (customer: Customer, error: unknown) => {
    interruption().throwIfAborted();
    if (error instanceof NoAccess) {
      failure ??= error.failure;
      return false;
    }
    outages = error instanceof HttpFailure || isPassing(error) ? outages + 1 : 0;
    const isEveryones = error instanceof PartnerCenterError && error.status === 401;
    if (isEveryones || outages >= mostOutages) failure ??= error;
    fail(customer, error);
    return true;
  };
  const work = async (customer: Customer) => {
    if (isOver()) return;
    let isFailed = false;
    try {
      const outcome = await act(customer);
      ran.outcomes.set(outcome, (ran.outcomes.get(outcome) ?? 0) + 1);
      outages = 0;
    } catch (error) {
      isFailed = failed(customer, error);
    }
    ran.left -= 1;
    progress.step(isFailed);
  };
  const queue = new PQueue({ concurrency: atOnce });
  const begin = async () => {
    for (const customer of customers) {
      // Waits for room, because each queued customer takes a kilobyte.
      await queue.onSizeLessThan(1);
      if (isOver()) break;
      // Caught here only because onError(), below, throws it too.
      queue.add(() => work(customer)).catch(() => undefined);
    }
    await queue.onIdle();
  };
  try {
    await Promise.race([begin(), queue.onError()]);
  } finally {
    queue.pause();
    progress.end();
    restore();
  }
  return { ...ran, failure, milliseconds: performance.now() - since };
}
