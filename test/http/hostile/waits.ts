/** The product's waits between two attempts, which pass at once: its clock moves on by them. A file of tests mocks `startup/waiting` with this. */
import { useClock } from "../../../startup/clock";

let waited = 0;

export function mockedWaiting(): object {
  const waiting = jest.requireActual<typeof import("../../../startup/waiting")>("../../../startup/waiting");
  const pause = (milliseconds: number): Promise<void> => {
    waited += milliseconds;
    return Promise.resolve();
  };
  return { ...waiting, pause };
}

/** @returns what puts the usual clock back */
export const useWaitedClock = (): (() => void) => useClock(() => Date.now() + waited);
