/** The product's waits between two attempts, which pass at once: its clock moves on by them. A file of tests mocks `lib/startup/waiting` with this. */
import { useClock } from "../../../lib/startup/clock";

let waited = 0;

export function mockedWaiting(): object {
  const waiting = jest.requireActual<typeof import("../../../lib/startup/waiting")>("../../../lib/startup/waiting");
  const pause = (milliseconds: number): Promise<void> => {
    waited += milliseconds;
    return Promise.resolve();
  };
  return { ...waiting, pause };
}

/** @returns what puts the usual clock back */
export const useWaitedClock = (): (() => void) => useClock(() => Date.now() + waited);
