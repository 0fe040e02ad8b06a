import type { Emulator, StruckRequest } from "../../embedded-cloud/testing/emulator";

/**
 * Holds the first request that is meant, before the service sees it.
 * @param isMeant asked of each until then
 * @returns when it is held, and what lets it go
 */
export function holdFirst(
  { faults }: Emulator,
  isMeant: (struck: StruckRequest) => boolean,
): { held: Promise<undefined>; release: () => void } {
  const strike = faults.strike.bind(faults);
  const [held, free] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  let isHeld = false;
  faults.strike = async (struck) => {
    if (!isHeld && isMeant(struck)) {
      isHeld = true;
      held.resolve(undefined);
      await free.promise;
    }
    return await strike(struck);
  };
  const release = () => {
    free.resolve(undefined);
    faults.strike = strike;
  };
  return { held: held.promise, release };
}
