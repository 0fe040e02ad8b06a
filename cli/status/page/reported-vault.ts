/** A vault in the report of another run of `status`: that may be days old, and its environment need not be the reader's. */
import { daysUntil, lifetimeOf } from "../../../lib/consent/lifetime";
import { judgeClientSecret, rotateCredential, judgeToken, type Outlook, worseOf } from "../../../lib/consent/verdict";
import { type Fix, ownCommand } from "../../../lib/errors/failure";
import { type Invocation, invocation } from "../../../lib/errors/invocation";
import type { Step } from "../../../lib/errors/markup";
import { commandLine, helping } from "../../../lib/errors/text";
import { aimed, fixesFor } from "../../terminal/printed-fixes";
import { reportedStep } from "./reported";
import type { PlaceableFix, StatusReport } from "./report-shapes";
import { probeNote, type Row, secretWords, sorted, tokenWords } from "./rows";
import type { VaultRows } from "./vaults";

type Token = StatusReport["tokens"][number];
type Secret = StatusReport["clientSecrets"][number];
type Place = Pick<StatusReport, "cloud" | "vault">;

/** @param at now: what was ok then may have come near its end since */
export function reportedVault(report: StatusReport, at: Date): VaultRows {
  const { cloud, vault, checkedOn, warnDays, failDays, tokens, clientSecrets } = report;
  const limits = { warnDays, failDays };
  const outlookOf = {
    token: (one: Token) => judgeToken({ ...knownOf(one, at), tenantId: one.tenant }, limits, at.getTime()),
    secret: (one: Secret) => judgeClientSecret(knownOf(one, at), limits, rotateCredential, at.getTime()),
  };
  return {
    cloud,
    vaultUri: vault,
    checkedOn: new Date(checkedOn),
    limits,
    tokens: sorted(
      tokens.map((one) => ({
        ...tokenWords({ tenantId: one.tenant }, one.account),
        ...common(one, [...one.fixes, ...(one.probe?.fixes ?? [])], outlookOf.token(one), at, report),
        note: probeNote(one.probe ?? undefined),
      })),
    ),
    secrets: sorted(
      clientSecrets.map((one) => ({
        ...secretWords(one),
        ...common(one, one.fixes, outlookOf.secret(one), at, report),
        note: "",
        ...(one.inUse ? {} : { severity: "idle" as const, note: one.message, what: "", said: "", steps: [] }),
      })),
    ),
    unprobed: tokens.filter(({ probe, verdict }) => probe === null && verdict !== "fail").length,
    stepsOf: (fixes) => helping(fixes).map((fix) => stepAt(report, fix)),
  };
}

const endOf = ({ expiresOn }: Token | Secret): Date | undefined => (expiresOn === "" ? undefined : new Date(expiresOn));

/** Its metadata as they are now. */
function knownOf(one: Token | Secret, at: Date) {
  const expiresOn = endOf(one);
  const isOver = lifetimeOf(expiresOn, 0, at.getTime()) === "expired" && ["ok", "expiring"].includes(one.health);
  return { expiresOn, health: isOver ? "expired" : one.health } as const;
}

/** @param outlook by its metadata now */
function common(
  one: Token | Secret,
  fixes: readonly PlaceableFix[],
  outlook: Outlook,
  at: Date,
  place: Place,
): Omit<Row, "kind" | "name" | "about" | "tenantId" | "note"> {
  const severity = worseOf(one.verdict, outlook.verdict);
  const isWorse = severity !== one.verdict;
  const said = isWorse ? "" : sentencesOf(one, fixes);
  const { health, expiresOn } = knownOf(one, at);
  return {
    severity,
    health,
    endsOn: expiresOn,
    daysLeft: expiresOn === undefined ? null : daysUntil(expiresOn, at.getTime()),
    what: said,
    said,
    steps: isWorse
      ? ofTenant(one, outlook.fixes).map((fix) => stepAt(place, fix))
      : fixes.map((fix) => reportedStepAt(place, fix)),
  };
}

const ofTenant = (one: Token | Secret, fixes: readonly Fix[]) =>
  "tenant" in one ? fixesFor(one.tenant, fixes) : fixes;

/** Its message has the fixes as well, and may have no more than its health. */
function sentencesOf({ message, health }: Token | Secret, fixes: readonly PlaceableFix[]): string {
  const without = fixes.reduce((left, { text }) => left.replace(`; or: ${text}`, "").replace(text, ""), message);
  const said = without.replace(/\s+/gu, " ").trim();
  return said === `It is ${health}.` ? "" : said;
}

function reportedStepAt(place: Place, fix: PlaceableFix): Step {
  const { text, lines } = reportedStep(fix);
  if (lines.length === 0) return { text, lines };
  const placed = fix.commands.map(({ line, program, args, into }) =>
    program === "secure-app-model" && into === undefined ? ownLine(place, args) : line,
  );
  return { text, lines: [...new Set(placed)] };
}

const stepAt = (place: Place, { text, commands = [] }: Fix): Step => ({
  text,
  lines: commands.map((one) =>
    one.program === "secure-app-model" ? ownLine(place, one.args) : commandLine(one, anywhere()),
  ),
});

const ownLine = ({ cloud, vault }: Place, args: readonly string[]): string =>
  commandLine(ownCommand(...aimed(args, { "--cloud": cloud, "--vault": vault })), anywhere());

/** The options of this run are about another vault. */
const anywhere = (): Invocation => ({ ...invocation(), placed: (command) => command });
