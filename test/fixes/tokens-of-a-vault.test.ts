/** What a vault's tokens and credentials come to: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { firstPartyApps } from "../../lib/config/clouds";
import { assignDirectoryRole } from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { credentialName, type Stage } from "../cli/support/stage";
import { askingVault, finding, removeGrants } from "./support/here";
import { placeForEach } from "./support/place";

const testFix = placeForEach();
const day = 86_400_000;

const lose = async ({ vault }: Stage, name: string) => {
  await (await vault.beginDeleteSecret(name)).pollUntilDone();
};

describe("a partner tenant without a token, in a vault with one of another", () => {
  for (const [fix, words] of [
    ["lib/token/errors.ts: Consent first", "token graph"],
    ["lib/token/errors.ts: Consent first", "renew"],
    ["lib/token/verdict.ts: Consent", "status"],
  ] as const)
    testFix(fix, async ({ stage, token }) => {
      await lose(stage, stage.tokenName);
      await stage.vault.purgeDeletedSecret(stage.tokenName);
      await storeAnother(stage, token);
      return `${words} --partner-tenant ${stage.tenantId}`;
    });
});

async function storeAnother(stage: Stage, value: string): Promise<void> {
  const tenant = stage.emulator.seeds.otherPartners[0].partner.id;
  await stage.storeToken({ name: `refresh-token-${tenant}`, value, tags: stage.tags({ tenant }) });
}

describe("a token of one tenant, in a vault with one of another", () => {
  // It has ended.
  testFix("lib/token/errors.ts: Consent again", async ({ stage, token }) => {
    await storeAnother(stage, token);
    await stage.storeToken({ value: token, expiresOn: new Date(Date.now() - day) });
    stage.age(stage.tokenName, 10);
    return "status";
  });

  // It has no tags that say whose it is.
  testFix("lib/token/errors.ts: Consent again", async ({ stage, token }) => {
    await storeAnother(stage, token);
    await stage.storeToken({ value: token, tags: {} });
    stage.age(stage.tokenName, 10);
    return "status";
  });

  for (const proof of [
    // Nobody can redeem the other's.
    { command: "status --probe", itself: true },
    { command: "renew", itself: true },
    { command: "doctor --probe", finding: "refresh-token", code: 4 },
  ])
    testFix("AADSTS50173: Consent again, with multi-factor authentication", async ({ stage, token }) => {
      await storeAnother(stage, token);
      const form = { refresh_token: await stage.storeToken() };
      stage.age(stage.tokenName, 10);
      stage.emulator.faults.add({ service: "authority", form, entra: 50173, times: 0 });
      return proof;
    });
});

describe("the only token of a vault", () => {
  // Not stored by this project.
  testFix("lib/token/errors.ts: Consent again", async ({ stage }) => {
    await stage.storeToken({ tags: {} });
    return "status";
  });

  testFix("lib/token/verdict.ts: Renew it", async ({ stage }) => {
    await stage.storeToken({ expiresOn: new Date(Date.now() + 3 * day) });
    stage.age(stage.tokenName, 5);
    return "status";
  });

  // Deleted, or gone for good.
  for (const command of ["consent", "renew"])
    testFix(
      "cli/redemption/partner-token.ts: Name them (outputs tenantId, applicationId and credential of the stack)",
      async ({ stage }) => {
        await lose(stage, stage.tokenName);
        if (command === "renew") await stage.vault.purgeDeletedSecret(stage.tokenName);
        else stage.age(stage.tokenName, 10);
        return command;
      },
    );

  // Others replace, and disable, what it is about to redeem.
  testFix("lib/token/renew.ts: Run it again", ({ stage, token }) => {
    const { faults, clock } = stage.emulator;
    const strike = faults.strike.bind(faults);
    faults.strike = async (struck) => {
      const [, version] = /\/secrets\/refresh-token-[^/]+\/([0-9a-f]{32})\?/u.exec(struck.request.url) ?? [];
      if (struck.request.method === "GET" && version !== undefined) {
        // Within a second a list does not tell which is the newer one.
        clock.advance(1000);
        await stage.storeToken({ value: token });
        await stage.vault.updateSecretProperties(stage.tokenName, version, { enabled: false });
      }
      return await strike(struck);
    };
    const meanwhile = () => {
      faults.strike = strike;
      stage.age(stage.tokenName, 5);
    };
    return { command: "renew", meanwhile };
  });

  // A person disables it while it is renewed.
  testFix("lib/token/errors.ts: Once it may be used again, consent again", async ({ stage }) => {
    stage.age(stage.tokenName, 20);
    const { version = "" } = (await stage.vault.getSecret(stage.tokenName)).properties;
    const { faults } = stage.emulator;
    const strike = faults.strike.bind(faults);
    faults.strike = async (struck) => {
      if (struck.request.method === "PUT" && struck.request.url.includes(`/secrets/${stage.tokenName}`)) {
        faults.strike = strike;
        await stage.vault.updateSecretProperties(stage.tokenName, version, { enabled: false });
      }
      return await strike(struck);
    };
    return "renew";
  });

  for (const [fix, command] of [
    ["cli/redemption/probe.ts: Consent again, with multi-factor authentication", "status --probe"],
    ["lib/partner-center/errors.ts: Consent again, with multi-factor authentication", "customers list"],
  ] as const)
    testFix(fix, async ({ stage }) => {
      const account = stage.serviceAccount();
      account.mfa = false;
      await stage.storeToken({ value: await stage.refreshToken() });
      account.mfa = true;
      stage.age(stage.tokenName, 5);
      return command;
    });

  testFix("cli/redemption/probe.ts: Grant it, or see who must", ({ stage }) => {
    const tenant = partnerTenant(stage.emulator);
    removeGrants(tenant, firstPartyApps.azureResourceManager);
    // One that may consent to all of it.
    assignDirectoryRole(tenant, "globalAdministrator", stage.serviceAccount().id);
    return "status --probe";
  });
});

testFix("lib/credential/client-credential.ts: Enable it", async ({ stage }) => {
  const { version = "" } = (await stage.vault.getSecret(credentialName)).properties;
  await stage.vault.updateSecretProperties(credentialName, version, { enabled: false });
  return "token graph";
});

testFix("lib/credential/client-credential.ts: Recover it", async ({ stage }) => {
  await lose(stage, credentialName);
  return "token graph";
});

testFix("lib/vault/vault-error.ts: Recover it", async ({ stage }) => {
  await lose(stage, stage.tokenName);
  return {
    command: askingVault(() => {
      // For half a second after a recovery nothing can be stored.
      stage.emulator.clock.advance(1000);
      return stage.vault.setSecret(stage.tokenName, "another");
    }),
  };
});

testFix(
  "lib/vault/vault-error.ts: Find out who disabled it, and why. If nothing speaks against it, consent again",
  async ({ stage }) => {
    const { version = "" } = (await stage.vault.getSecret(stage.tokenName)).properties;
    await stage.vault.updateSecretProperties(stage.tokenName, version, { enabled: false });
    stage.age(stage.tokenName, 10);
    return { command: askingVault(() => stage.vault.getSecret(stage.tokenName)) };
  },
);

testFix("lib/token/import-token.ts: Pipe only the refresh token, from its vault", async ({ stage }) => {
  await stage.vault.setSecret("token-of-another-tool", await stage.refreshToken());
  const fill = { secret: "token-of-another-tool" };
  return { command: "consent --import", fill, input: "{}", itself: true, inBash: true };
});

testFix("lib/config/clouds.ts: See a vault's URI, and name that", ({ stage }) => ({
  ...{ command: "status --vault https://contoso.vault.azure.us", itself: true },
  proven: ({ stdout }) => {
    expect(JSON.parse(stdout)).toMatchObject({ vault: stage.vaultUri });
  },
}));

testFix("cli/doctor/who-grants.ts: The account consents to it", ({ stage }) => {
  removeGrants(partnerTenant(stage.emulator), firstPartyApps.partnerCenter);
  return { command: finding("consent", { clientId: stage.application.clientId }) };
});

// A token that does not bring what is granted.
testFix("cli/doctor/who-grants.ts: Sign in again", ({ stage }) => {
  // Times are in whole seconds: the existing version must be older than that of the sign-in.
  stage.age(stage.tokenName, 10);
  const form = { grant_type: "refresh_token", scope: `${stage.emulator.origins.azureAdGraph}*` };
  stage.emulator.faults.add({ service: "authority", form, entra: 65001 });
  const look = finding("probe", { probe: true });
  return {
    // The declared permissions are read as this process.
    command: async (environment) => {
      jest.replaceProperty(process, "env", { ...process.env, ...environment });
      return await look(environment).finally(() => jest.restoreAllMocks());
    },
    proven: async () => {
      expect(await stage.enabled()).toEqual([true, false]);
    },
  };
});
