/** The settings of a stack, read from its file: the engine does not run, and the stack stays as it is. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { Settings } from "../../lib/config/combinations";
import { regionOf } from "../../lib/config/clouds";
import { configurationOf } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import { Failure, namespace, sentence } from "../../lib/errors/failure";

/** Settings by name, without the namespace. */
export type Values = Readonly<Record<string, unknown>>;

/** What the settings of a run's stacks follow from. */
export interface Ground {
  /** The template's settings, unchanged. */
  values: Values;
  /** Id of the run: part of every name that it creates. */
  id: string;
  subscriptionId?: string;
  /** Whether the tenant has Azure AD Graph's service principal, which its permissions require. */
  hasAzureAdGraph: boolean;
}

export interface Template {
  values: Values;
  settings: Settings;
}

/** @throws Failure when there is no such file, SettingsError with every problem in it */
export function readTemplate(file: string, cwd: string): Template {
  if (!existsSync(file)) {
    throw new Failure(
      "usage",
      `There is no ${file}.`,
      sentence("Name a stack with --stack, or its file with --config-file."),
    );
  }
  const { config = {} } = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const prefix = `${namespace}:`;
  const values = Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), key === `${prefix}endpoints` ? absolute(value, cwd) : value]),
  );
  const settings = throwaway({ values, id: "0", hasAzureAdGraph: true });
  return { values, settings: readSettings(configurationOf(settings), cwd) };
}

const absolute = (value: unknown, cwd: string): unknown => (typeof value === "string" ? resolve(cwd, value) : value);

export const objectOf = (value: unknown): Values =>
  typeof value === "object" && value !== null ? (value as Values) : {};

/** Left out because a run creates its own resources and assigns no rights to others. */
const leftOut = [
  "adminConsent",
  "changeSignInAudience",
  "configurePreconsent",
  "credential",
  "existingApplication",
  "outOfBandReplyUrl",
  "owners",
  "permissions",
];

/** A separate stack: the template's cloud, tenant, account, region and kind of credential; unique names. */
export function throwaway(ground: Ground): Values {
  const { values, id, subscriptionId, hasAzureAdGraph } = ground;
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !leftOut.includes(name)));
  const { location, networkRules } = objectOf(values["vault"]);
  return {
    ...kept,
    credential: credentialOf(ground),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(hasAzureAdGraph ? {} : { permissions: withoutAzureAdGraph }),
    azureManagement: false,
    delegatedGraph: false,
    displayName: `Acceptance ${id}`,
    vault: {
      name: `acceptance-${id}`,
      resourceGroupName: `acceptance-${id}`,
      location: location ?? regionOf[values["cloud"] as keyof typeof regionOf],
      ...(networkRules === undefined ? {} : { networkRules }),
      retentionDays: 7,
    },
    protect: false,
    consent: { ...objectOf(values["consent"]), mode: "interactive" },
  };
}

/** What only an administrator may grant, of a resource in every tenant; both kinds, as in the model's set. */
const withoutAzureAdGraph = {
  legacy: false,
  extra: [{ resource: "Microsoft Graph", delegated: ["Directory.Read.All"], application: ["Directory.Read.All"] }],
};

export const hasCertificate = ({ values }: Ground): boolean => objectOf(values["credential"])["kind"] === "certificate";

export const hasCalendar = ({ values }: Ground): boolean => objectOf(values["credential"])["rotateEvery"] !== undefined;

/** Kind, validity and calendar of the template's credential, as policies may limit them. */
function credentialOf({ values }: Ground): Values {
  const { kind, validityMonths, rotateEvery } = objectOf(values["credential"]);
  return { kind, validityMonths, rotateEvery };
}
