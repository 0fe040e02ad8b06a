import { type Application, deletedItems } from "../../../lib/application/applications";
import { replicated } from "../../../lib/application/graph-changes";
import { deletedParts, droppedParts, lostOf } from "../../../lib/application/lost";
import { admitsOrganizations } from "../../../lib/application/sign-in-audience";
import { ApiError, unread } from "../../../lib/azure/api";
import type { Code } from "../../../lib/errors/codes";
import { again, az, byPerson, type Parts, pulumi, run, sentence, setSetting } from "../../../lib/errors/failure";
import { resourceName } from "../../engine/deployment";
import { exitCodes } from "../../terminal/exit-code";
import { requireYes } from "../../terminal/require-yes";
import { check, failed, type Finding, ok, saidOf, skipped, warning } from "../check";
import { Facts } from "../facts";
import type { LookedUp } from "../look-ups";
import { absentIn, takeBack } from "../take-back";

/** Whether the end of a preview is about the application that the stack works with, or is to make. */
const isOfApplication = (refusal: LookedUp["refusal"]): boolean =>
  refusal !== undefined && ofApplication.includes(refusal.code);

const ofApplication: readonly Code[] = [
  ...(["application-deleted", "application-dropped", "application-gone", "application-unnamed"] as const),
  ...(["state-lost", "state-old"] as const),
];

export const applicationCheck = check("application", "Application", ["tenant", "login"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    // The next check reports problems of other look-ups.
    const refusal = (await facts.lookedUp().catch(() => undefined))?.refusal;
    if (refusal !== undefined && isOfApplication(refusal)) return judgeLost(refusal.parts);
    const clientId = await facts.clientId();
    if (clientId === undefined) {
      return skipped("none yet, or none named", [
        run("Make it", pulumi("up")),
        run("Name one that is there", again("--client-id", "<client id>")),
      ]);
    }
    const application = await facts.application();
    if (application === undefined) return await judgeMissing(clientId, facts);
    const lost = await facts.lost();
    if (lost?.kept !== undefined) return judgeLost(deletedParts(lost));
    if ((await absentIn(facts)).length > 0) return judgeLost(droppedParts(clientId));
    const settings = (await facts.stack())?.settings;
    const mayWiden = settings === undefined || !("existingApplication" in settings) || settings.changeSignInAudience;
    return judgeApplication(application, mayWiden);
  },
  repair: async (facts) => {
    const restored = await restoreLost(facts);
    // New facts: those of before the restoration are outdated.
    const absent = await absentIn(new Facts(facts.options, facts.environment));
    if (absent.length > 0) await takeBack(facts, absent);
    const taken = `Took back into the state: ${absent
      .filter(({ custom }) => custom)
      .map(resourceName)
      .join(", ")}.`;
    return [...restored, ...(absent.length === 0 ? [] : [taken])].join(" ");
  },
});

/** The end of the next preview, and its warnings. */
export const previewCheck = check("preview", "What a preview looks up", ["tenant", "login", "interrupted"], {
  only: "stack",
  look: async (facts) => {
    const found = await facts.lookedUp();
    if (found === undefined) return skipped("its program is your own, which looks nothing up");
    const { refusal, warnings } = found;
    if (isOfApplication(refusal)) return skipped("skipped", sentence("First repair: Application"));
    if (refusal !== undefined) return failed(saidOf(refusal.parts), refusal.parts.fixes ?? []);
    if (warnings.length > 0) return warning(warnings.join(" "), byPerson("See it", pulumi("preview")));
    return ok("nothing that would end it");
  },
});

/** Restores the application, then its service principal if that is still deleted. */
async function restoreLost(facts: Facts): Promise<string[]> {
  const clientId = await facts.clientId();
  const { graph } = await facts.directory();
  for (const done: string[] = []; ;) {
    const lost = clientId === undefined ? undefined : await lostOf(graph, clientId);
    if (clientId === undefined || lost?.kept === undefined) return done;
    const what = `${lost.kind === "application" ? "application" : "service principal"} ${clientId}`;
    await requireYes(facts.options.yes, `restore the ${what}`);
    // A repeated request is refused where the first one's answer was lost: it is no longer among the deleted ones.
    const early = await graph
      .post(`${deletedItems}/${lost.kept.id}/restore`, {}, unread)
      .then(() => notYet, unlessGone);
    const isEarly = (error: unknown) => error === early;
    await replicated("the restored application to appear in Microsoft Graph", isEarly, async () => {
      const { kind } = (await lostOf(graph, clientId)) ?? {};
      if (kind === lost.kind) throw early;
    });
    done.push(`Restored the ${what}.`);
  }
}

const notYet = new Error("not yet");

function unlessGone(refusal: unknown): ApiError {
  if (refusal instanceof ApiError && refusal.status === 404) return refusal;
  throw refusal;
}

/** @param clientId that of the stack's outputs, or one that was named */
async function judgeMissing(clientId: string, facts: Facts): Promise<Finding> {
  const lost = await facts.lost();
  if (lost?.kept !== undefined) return judgeLost(deletedParts(lost));
  return failed(
    `there is no application ${clientId} in tenant ${await facts.tenantId()} (AADSTS700016)`,
    sentence("Check the client id and the tenant."),
    exitCodes.usage,
  );
}

const judgeLost = ({ fixes = [], ...said }: Parts): Finding => failed(saidOf(said), fixes, exitCodes.usage);

/** @param mayWiden whether `pulumi up` changes the sign-in audience: an adopted one's only by a setting */
function judgeApplication({ appId, displayName, signInAudience, web }: Application, mayWiden: boolean): Finding {
  if (!admitsOrganizations(signInAudience)) {
    const allow = mayWiden ? [] : [setSetting("changeSignInAudience", "true")];
    return failed(
      `${displayName} allows only accounts of its own tenant (${signInAudience}): customers' tenants refuse it`,
      run("Make it multi-tenant", ...allow, pulumi("up")),
    );
  }
  if (Object.values(web.implicitGrantSettings ?? {}).includes(true)) {
    const none = ["--enable-access-token-issuance", "false", "--enable-id-token-issuance", "false"];
    return warning(
      `${displayName} issues tokens without a code (implicit grant), which the model does not need`,
      run("Disable that", az("ad", "app", "update", "--id", appId, ...none)),
    );
  }
  return ok(`${displayName} (${appId}), multi-tenant`);
}
