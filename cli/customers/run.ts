/** Runs until the end, the first Ctrl-C, or a failure that all customers would have. */
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
  /** How often each outcome occurred. */
  outcomes: Map<string, number>;
  /** Customers that were not started. */
  left: number;
  isInterrupted: boolean;
  /** What ended the run: it does not depend on the customer. */
  failure: unknown;
  milliseconds: number;
}

/** Outages in a row, without a success in between, that end a run. */
const mostOutages = 10;

/** @param act returns an outcome, one word @param fail takes why there is none */
export async function runOver(
  customers: readonly Customer[],
  atOnce: number,
  act: (customer: Customer) => Promise<string>,
  fail: (customer: Customer, error: unknown) => void,
): Promise<Ran> {
  const since = performance.now();
  const outcomes = new Map<string, number>();
  const state = { over: 0, outages: 0, isInterrupted: false, failure: undefined as unknown };
  const isOver = () => state.isInterrupted || state.failure !== undefined;
  const restore = endGently(() => {
    state.isInterrupted = true;
  });
  const progress = new Progress("customers", customers.length);
  const failed = (customer: Customer, error: unknown) => {
    interruption().throwIfAborted();
    state.outages = error instanceof HttpFailure || isPassing(error) ? state.outages + 1 : 0;
    const isEveryones = error instanceof NoAccess || (error instanceof PartnerCenterError && error.status === 401);
    if (isEveryones || state.outages >= mostOutages)
      state.failure ??= error instanceof NoAccess ? error.failure : error;
    if (!(error instanceof NoAccess)) fail(customer, error);
    return !(error instanceof NoAccess);
  };
  const work = async (customer: Customer) => {
    if (isOver()) return;
    let isFailed = false;
    try {
      const outcome = await act(customer);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      state.outages = 0;
    } catch (error) {
      isFailed = failed(customer, error);
    }
    state.over += 1;
    progress.step(isFailed);
  };
  const queue = new PQueue({ concurrency: atOnce });
  const broken = Promise.withResolvers<never>();
  const begin = async () => {
    for (const customer of customers) {
      // A queue of all would take a kilobyte for each.
      await queue.onSizeLessThan(1);
      if (isOver()) break;
      queue.add(() => work(customer)).catch(broken.reject);
    }
    await queue.onIdle();
  };
  try {
    await Promise.race([begin(), broken.promise]);
  } finally {
    queue.pause();
    progress.end();
    restore();
  }
  const { isInterrupted, failure, over } = state;
  return { outcomes, left: customers.length - over, isInterrupted, failure, milliseconds: performance.now() - since };
}
