/** A user interface on which the emulator's robot signs in, and the resulting address is pasted. */
import type { SignInUi } from "../../lib/consent/sign-in";
import { signInFor } from "../../embedded-cloud/testing/emulator";

export function robotSignsIn(): SignInUi {
  const address = Promise.withResolvers<string>();
  return {
    progress: () => undefined,
    showUrl: (_, authorizationUrl) => {
      address.resolve(authorizationUrl);
      return () => undefined;
    },
    pastedUrl: async () => {
      const url = await address.promise;
      const redirectUri = new URL(url).searchParams.get("redirect_uri") ?? "";
      return `${redirectUri}?${new URLSearchParams(await signInFor(url)).toString()}`;
    },
  };
}
