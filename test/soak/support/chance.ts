/** The soak's kills: how many, and their moments, which are the same for the same seed. */

/** SOAK_KILLS; default 300. */
export const kills = Number(process.env["SOAK_KILLS"] ?? 300);

/** SOAK_SEED, of another run. */
export const seed = Number(process.env["SOAK_SEED"] ?? Math.floor(performance.timeOrigin) % 1_000_000);

export interface Chance {
  random: () => number;
  oneOf: <T>(many: readonly T[]) => T;
}

/** From the seed on (mulberry32). */
export function chance(): Chance {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { random, oneOf: <T>(many: readonly T[]) => many[Math.floor(random() * many.length)] as T };
}
