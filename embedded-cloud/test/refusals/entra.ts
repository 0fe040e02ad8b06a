import { entraAssertionRefusals } from "./entra-assertions";
import { entraConsentRefusals } from "./entra-consents";
import { entraSignInRefusals } from "./entra-sign-in";
import { entraTokenRefusals } from "./entra-tokens";
import type { Refusal } from "./refusal";

/** Entra's refusals, in the emulator as well. */
export const entraRefusals: Refusal[] = [
  ...entraSignInRefusals,
  ...entraConsentRefusals,
  ...entraTokenRefusals,
  ...entraAssertionRefusals,
];
