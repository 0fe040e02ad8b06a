/** Circumstances in which a command line of a page can run. The words after `console` name one, for example `entra-refuses=50173`. */
import { type Application, firstParty, type SecretVersion } from "../../tools/embedded-cloud/testing/directory";
import type { Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { personFrom, signIn } from "../../tools/embedded-cloud/sign-in-robot";
import { clockIn } from "../e2e/support/shifted";
import type { Surroundings } from "./shell";

export interface Deployed {
  emulator: Emulator;
  application: () => Application;
  /** The version that commands read now. */
  refreshToken: () => SecretVersion;
}

export interface Circumstance {
  surroundings?: Partial<Surroundings>;
  undo?: () => void;
}

const circumstances: Readonly<Record<string, (deployed: Deployed, value: string) => Circumstance>> = {
  /** Entra refuses every redemption of a refresh token with this AADSTS number. */
  "entra-refuses": ({ emulator: { faults } }, code) => {
    const form = { grant_type: "refresh_token" };
    faults.add({ service: "authority", path: "*/token", form, entra: Number(code), times: 0 });
    return {
      undo: () => {
        faults.clear();
      },
    };
  },
  "reply-url-removed": (deployed) => {
    const application = deployed.application();
    const redirectUris = application.web.redirectUris.filter((url) => url.startsWith("http:"));
    return changed(application, { web: { ...application.web, redirectUris } });
  },
  /** An application permission of Microsoft Graph, by its name. */
  "permission-added": (deployed, name) => {
    const application = deployed.application();
    const { microsoftGraph } = firstParty;
    const added = microsoftGraph.appRoles.filter(({ value }) => value === name);
    const requiredResourceAccess = application.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => {
      const more = resourceAppId === microsoftGraph.appId ? added : [];
      return {
        resourceAppId,
        resourceAccess: [...resourceAccess, ...more.map(({ id }) => ({ id, type: "Role" as const }))],
      };
    });
    return changed(application, { requiredResourceAccess });
  },
  "stored-token": ({ refreshToken }) => ({ surroundings: { input: refreshToken().value } }),
  /** So many days after today, in the cloud and in what the line starts. The cloud does not go back: later lines name that day or a later one. */
  day: ({ emulator: { clock } }, days) => {
    const ahead = clock.now() - Date.now();
    clock.advance(Math.max(0, Number(days) * 86_400_000 - ahead));
    return { surroundings: { env: clockIn(Number(days)) } };
  },
  "signs-in": (_, account) => ({ surroundings: { env: { SIGN_IN_ROBOT_ACCOUNT: account } } }),
  /** As over ssh: no browser opens, and a printed address is opened in one elsewhere. */
  terminal: () => ({
    surroundings: {
      env: { BROWSER: "true" },
      terminal: {
        prompt: "Paste the address it ended at: ",
        answer: async (output) => {
          const address = /https:\/\/\S+\/authorize\?\S+/u.exec(output)?.[0] ?? "";
          return (await signIn(address, personFrom({}), "http://localhost")).url;
        },
      },
    },
  }),
};

export function circumstance(word: string, deployed: Deployed): Circumstance {
  const [name = "", value = ""] = word.split("=");
  const known = circumstances[name];
  if (known === undefined) {
    throw new Error(`"${word}" is no circumstance; there are: ${Object.keys(circumstances).join(", ")}.`);
  }
  return known(deployed, value);
}

function changed<T extends object, Key extends keyof T>(target: T, change: Pick<T, Key>): Circumstance {
  const before = Object.fromEntries(Object.keys(change).map((key) => [key, target[key as Key]]));
  Object.assign(target, change);
  return { undo: () => Object.assign(target, before) };
}
