/** The credential in a stack's settings, of either kind. */
import type { Settings } from "../../lib/config/combinations";
import type { CredentialKind } from "../../lib/config/limits";

interface Described {
  kind: CredentialKind;
  label: string;
  /** Of a client secret. */
  endDate?: string;
}

export interface ByHand extends Described {
  /** The previous credential, which is rotated out. */
  previous?: Described | undefined;
}

/** A secret that somebody stored in the vault has no label. */
export function byHandIn(settings: Settings): ByHand {
  const { credential, clientSecret } = { credential: undefined, clientSecret: undefined, ...settings };
  const { previous } = { previous: undefined, ...credential };
  if (credential?.kind === "certificate") return { kind: "certificate", label: credential.label, previous };
  const { previous: out, label, ...ends } = { label: "", previous: undefined, ...clientSecret };
  return { kind: "secret", label, ...ends, previous: out === undefined ? previous : { kind: "secret", ...out } };
}
