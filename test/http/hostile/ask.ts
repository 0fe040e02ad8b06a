/** What asks, and what is asked: each kind of request against answers that fast-check makes up. */
import fc from "fast-check";
import { hostileAnswer } from "./answers";
import { text } from "./bodies";
import { hurried, judged, problemOf } from "./judge";
import { serveOnSockets } from "./network";
import { redirects, requests } from "./requests";
import { useWaitedClock } from "./waits";

/** How many cases of a kind, and those of which run; without a seed fast-check chooses one, and its error names it. */
export type Cases = Pick<fc.Parameters, "numRuns" | "seed">;

export interface Kind {
  name: string;
  /** @throws fast-check's error: seed, path, and the smallest answers that do harm */
  meet: (cases: Cases) => Promise<void>;
}

const answers = fc.array(hostileAnswer, { minLength: 1, maxLength: 4 });

/** Each kind of request. */
export const asked: readonly Kind[] = Object.entries(requests).map(([name, ask]) => ({
  name,
  meet: async (cases) => {
    const property = fc.asyncProperty(answers, async (some) => {
      // An assertion of Jest's costs a twentieth of a case.
      const problem = await judged(ask, some);
      if (problem !== undefined) throw new Error(problem);
    });
    await fc.assert(property, cases);
  },
}));

const parameters = fc.dictionary(
  fc.constantFrom("code", "error", "error_description", "tenant", "admin_consent"),
  text,
);

/** What comes back in a browser's address. */
export const redirected: readonly Kind[] = Object.entries(redirects).map(([name, check]) => ({
  name: `${name}, in a browser's address`,
  meet: (cases) => {
    const property = fc.property(parameters, (some) => {
      try {
        check(new URLSearchParams({ ...some, state: "s" }));
      } catch (error) {
        expect(problemOf(error)).toBeUndefined();
      }
    });
    fc.assert(property, cases);
    return Promise.resolve();
  },
}));

/**
 * From now on limits are short, waits pass at once, the product says nothing, and answers come as they are given or through sockets.
 * @returns what puts everything back
 */
export async function begin(network: "fed" | "sockets"): Promise<() => Promise<void>> {
  const usual = hurried(network);
  const silenced = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const usualClock = useWaitedClock();
  const close = network === "sockets" ? await serveOnSockets() : undefined;
  return async () => {
    await close?.();
    silenced.mockRestore();
    usualClock();
    usual();
  };
}
