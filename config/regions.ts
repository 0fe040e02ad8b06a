/** Regions tell by their names which cloud they lie in. Source: S16 of docs/clouds.md. */
import type { CloudName } from "./clouds";

const namesIn: Partial<Record<CloudName, RegExp>> = { AzureUSGovernment: /^us(gov|dod)/u, AzureChinaCloud: /^china/u };

/** One of each cloud. */
export const regionOf: Readonly<Record<CloudName, string>> = {
  AzureCloud: "westeurope",
  AzureUSGovernment: "usgovvirginia",
  AzureChinaCloud: "chinanorth3",
};

/** @param region its name, or as the portal shows it: `usgovvirginia` or `USGov Virginia` */
export function cloudOfRegion(region: string): CloudName {
  const name = region.replaceAll(" ", "").toLowerCase();
  const found = Object.entries(namesIn).find(([, names]) => names.test(name));
  return (found?.[0] as CloudName | undefined) ?? "AzureCloud";
}
