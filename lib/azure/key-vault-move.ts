/** The move of a stack that an earlier program deployed: its state names resource types that a refresh reads with a retired API version. */
import { type Fix, pulumi, run } from "../errors/failure";
import { now } from "../startup/clock";
import { retirementDay } from "./key-vault";

export interface Move {
  /** A whole sentence. */
  what: string;
  fix: Fix;
  /** Whether Azure refuses the former version by now. */
  isOver: boolean;
}

/** @param stack undefined: the one that the engine works on */
export function moveOf(stack: string | undefined): Move {
  const isOver = now() >= Date.parse(retirementDay);
  const name = stack === undefined ? "This stack" : `Stack ${stack}`;
  const place = stack === undefined ? [] : ["--stack", stack];
  const recorded = `${name} was last deployed with a version of Key Vault's API that Azure`;
  const [what, fix] = isOver
    ? [
        `${recorded} has not served since ${retirementDay}: every refresh of it fails until it is moved.`,
        // The refresh is what fails: it reads what is recorded before the program has run.
        run("Move it", pulumi("up", "--refresh=false", ...place)),
      ]
    : [
        `${recorded} stops serving on ${retirementDay}: deploy it once before that day.`,
        run("Deploy it", pulumi("up", "--refresh", ...place)),
      ];
  return { what, fix, isOver };
}
