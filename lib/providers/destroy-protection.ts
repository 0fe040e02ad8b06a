/** The provider of DestroyProtection, which exists only in the state; a destroy deletes it first. */
import { refusedOr } from "../vault/vault-error";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { owningStack } from "../token/owning-stack";
import { tokenNames } from "../token/stored-token";
import { isKeptBy } from "../token/tags";
import { az, byPerson, Failure, pulumi, run, sentence, setSetting } from "../errors/failure";
import { VaultError } from "../vault/vault-error";
import { cleanly } from "./failures";
import { vaultOf } from "./in-vault";

/** The vault that the destroy deletes. */
type Guarded = CloudChoice & { vaultUri: string; stack: string };
type Properties = { protect: boolean } & (Guarded | { [key in keyof Guarded]?: never });

export function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  return Promise.resolve({ id: "destroy-protection", outs: inputs });
}

export function update(_id: string, _olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  return Promise.resolve({ outs: news });
}

export function read(id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  return Promise.resolve({ id, props: outputs });
}

/** @throws {Error} if the stack is protected, or its vault has others' tokens: the engine then deletes nothing that this depends on */
export const remove = cleanly(async (_id: string, { protect, ...guarded }: Properties): Promise<void> => {
  if (protect) throw isProtected;
  if (guarded.vaultUri !== undefined) await requireNoOthers(guarded);
});

export { remove as delete };

async function requireNoOthers({ stack, ...place }: Guarded): Promise<void> {
  const [cloud, vault] = [cloudOf(place.cloud, place.endpoints), vaultOf(place)];
  // The consent, which is deleted next, reports a vault that cannot be read.
  const names = await refusedOr(tokenNames(vault));
  if (names instanceof VaultError) return;
  for (const name of names) {
    const other = owningStack(cloud, name, await vault.listVersions(name))?.stack;
    if (other !== undefined && !isKeptBy(stack, other)) throw holdsAnother(vault.uri, name, other);
  }
}

const holdsAnother = (vaultUri: string, name: string, other: string): Failure => {
  const disable = ["--id", `${vaultUri}/secrets/${name}`, "--enabled", "false"];
  return new Failure("vault-of-others", {
    what: `The vault ${vaultUri}, which this stack made, holds a valid token of stack ${other}, as its tags say, and nothing was deleted.`,
    why: "A destroy deletes the vault with all that is in it.",
    fixes: [
      sentence(`Destroy ${other} first, or deploy it with a vault of its own: either disables its token here.`),
      byPerson(
        "If nobody has that stack any more, disable its token",
        az("keyvault", "secret", "set-attributes", ...disable),
        pulumi("destroy"),
      ),
    ],
  });
};

const isProtected = new Failure("protected", {
  what: "This stack is protected, and nothing was deleted.",
  why: "A new application has another client id: every customer would have to consent again, or CI be set up again.",
  fixes: [
    run(
      "Turn the protection off, deploy that, then destroy",
      setSetting("protect", "false"),
      pulumi("up"),
      pulumi("destroy"),
    ),
    // The protection depends on the consent: if the consent fails, the protection stays on.
    run(
      "If that deployment fails at the consent, turn off the protection alone",
      pulumi("up", "--target", "**DestroyProtection**"),
      pulumi("destroy"),
    ),
  ],
});
