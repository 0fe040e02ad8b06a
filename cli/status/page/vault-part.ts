/** The answer: whether the tokens and client secrets of the vaults are good, and when somebody has to act next. */
import { lastWith } from "../../../lib/consent/lifetime";
import { judgeClientSecret, judgeToken, rotateCredential } from "../../../lib/consent/verdict";
import type { Parts } from "../../../lib/errors/failure";
import type { Step } from "../../../lib/errors/markup";
import { noToken } from "../../redemption/partner-token";
import { type State, states, worstState } from "../../report/finding";
import { answerOf } from "./answer";
import { type Action, type Fact, failureAction } from "./part";
import { type Row, sorted } from "./rows";
import { actionsOf, subjectOf } from "./urgency";
import { hostOf, type VaultRows } from "./vaults";
import { countOf, stateWords } from "./words";

export interface VaultPart {
  state: State;
  answer: string;
  /** Set if nothing must be done now. */
  next: Next | undefined;
  facts: Fact[];
  actions: Action[];
}

/** The next action. */
export interface Next {
  /** "renew the token of svc@contoso.example" */
  what: string;
  /** The last day for it. */
  by: Date;
  /** The day from which it is shown here. */
  from: Date;
  fixes: Step[];
}

/** Ids of a vault's sections. */
export const idsOf = (index: number): Record<"tokens" | "secrets", string> => {
  const behind = index === 0 ? "" : `-${index}`;
  return { tokens: `tokens${behind}`, secrets: `client-secrets${behind}` };
};

export function vaultPart(vaults: readonly [VaultRows, ...VaultRows[]]): VaultPart {
  const [tokens, secrets] = [sorted(vaults.flatMap((one) => one.tokens)), vaults.flatMap((one) => one.secrets)];
  const state = worstState(vaults.map(stateOfVault));
  const inUse = sorted(secrets.filter((one) => one.state !== "skipped"));
  const places = vaults.map((one) => ({ ...one, place: vaults.length === 1 ? "" : ` in ${hostOf(one)}` }));
  return {
    state,
    answer: answerOf(tokens, inUse, vaults),
    next: state === "ok" ? firstOf(places.map(nextOf)) : undefined,
    facts: places.flatMap((one, index) => [
      ...factOf(one.tokens, "token", one.place, idsOf(index).tokens),
      ...factOf(one.secrets, "client secret", one.place, idsOf(index).secrets),
    ]),
    actions: places.flatMap((one) => [...actionsAbout(one), ...actionsOf(sorted(rowsIn(one)), one.limits, one.place)]),
  };
}

/** @param place " in <host>" where there are several; or "" */
type Placed = VaultRows & { place: string };

const rowsIn = ({ tokens, secrets }: VaultRows): Row[] => [...tokens, ...secrets];

function stateOfVault(vault: VaultRows): State {
  if (vault.failure) return "unknown";
  return vault.tokens.length === 0 ? "failed" : worstState(rowsIn(vault).map(({ state }) => state));
}

/** What is wrong with the vault as a whole. */
function actionsAbout({ failure, tokens, vaultUri: uri, place, placed }: Placed): Action[] {
  const action = (title: string, { what, why = "", fixes = [] }: Parts, state?: Action["state"]) => [
    failureAction(title, { what, why, fixes: placed(fixes) }, state),
  ];
  if (failure) return action(`The vault${place === "" ? "" : ` ${place.slice(4)}`} could not be checked`, failure);
  return tokens.length > 0 ? [] : action(`Nobody has consented yet${place}`, noToken({ uri }), "failed");
}

/** "12 tokens: 2 warning, 10 OK". */
function factOf(rows: readonly Row[], kind: string, place: string, section: string): Fact[] {
  if (rows.length === 0) return [];
  const counts = states.flatMap((state) => {
    const count = rows.filter((one) => one.state === state).length;
    return count === 0
      ? []
      : [`${count.toLocaleString("en-US")} ${state === "ok" ? stateWords.ok : stateWords[state].toLowerCase()}`];
  });
  const state = worstState(rows.map((one) => one.state));
  return [{ state, text: `${countOf(rows.length, kind)}${place}: ${counts.join(", ")}`, section }];
}

/** What `status` will say on the first day of warning is what has to be done. */
function nextOf(vault: Placed): Next | undefined {
  const { limits, place, placed } = vault;
  const [first] = rowsIn(vault)
    .filter(({ state, endsOn }) => state !== "skipped" && endsOn !== undefined)
    .toSorted((one, other) => Number(one.endsOn) - Number(other.endsOn));
  if (first?.endsOn === undefined) return undefined;
  const { kind, endsOn } = first;
  const from = lastWith(limits.warnDays, endsOn);
  const known = { health: "ok", expiresOn: endsOn } as const;
  const { fixes } =
    kind === "token"
      ? judgeToken({ ...known, tenantId: first.about }, limits, from.getTime() + 1)
      : judgeClientSecret(known, limits, rotateCredential, from.getTime() + 1);
  const subject = subjectOf([first], place);
  return {
    what: `${kind === "token" ? "renew" : "rotate"} ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`,
    by: lastWith(limits.failDays, endsOn),
    from,
    fixes: placed(fixes).slice(0, 1),
  };
}

const firstOf = (all: readonly (Next | undefined)[]): Next | undefined =>
  all.filter((one) => one !== undefined).toSorted((one, other) => one.by.getTime() - other.by.getTime())[0];
