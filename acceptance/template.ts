/** The settings of the given stack, read only from its file: the engine is not run, and the stack is not changed. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { Settings } from "../config/combinations";
import { regionOf } from "../config/clouds";
import { readSettings } from "../config/settings";
import { Failure, namespace, sentence } from "../errors/failure";

/** Settings by name, without the namespace. */
export type Values = Readonly<Record<string, unknown>>;

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
  return { values, settings: readSettings(textsOf(throwaway(values, "0")), cwd) };
}

const absolute = (value: unknown, cwd: string): unknown => (typeof value === "string" ? resolve(cwd, value) : value);

function textsOf(values: Values): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]) => [
    `${namespace}:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

const objectOf = (value: unknown): Values => (typeof value === "object" && value !== null ? (value as Values) : {});

/** Settings about existing resources or others' rights are omitted: a run creates its own resources and assigns no rights. */
const leftOut = [
  "adminConsent",
  "changeSignInAudience",
  "clientSecret",
  "configurePreconsent",
  "existingApplication",
  "owners",
  "permissions",
];

/** Settings of a separate stack: the template's cloud, tenant, account and region, and unique names. @param id of the run */
export function throwaway(values: Values, id: string): Values {
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !leftOut.includes(name)));
  const { location, networkRules } = objectOf(values["vault"]);
  return {
    ...kept,
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
