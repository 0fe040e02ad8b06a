/** Addresses in the variables of a job: those that it takes, and those that whoever may set one would choose. */
import { blobDomains } from "../../lib/ci-identities/state";
import { clouds, type CloudName } from "../../lib/config/clouds";

interface Addresses {
  PULUMI_BACKEND_URL: string;
  VAULT_URI: string;
}

export const usualAddresses = (cloud: CloudName): Addresses => ({
  PULUMI_BACKEND_URL: "azblob://pulumi?storage_account=contoso",
  VAULT_URI: `https://contoso-tokens.${clouds[cloud].vaultSuffix}`,
});

/** The same places, spelled in full. */
export const longerAddresses = (cloud: CloudName): Addresses => {
  const { PULUMI_BACKEND_URL: backend, VAULT_URI: vault } = usualAddresses(cloud);
  return { PULUMI_BACKEND_URL: `${backend}&domain=${blobDomains[cloud]}`, VAULT_URI: `${vault}/` };
};

/** Values beside a good one that end its line, or are none. */
export const brokenLines = (good: string): string[] => [
  `${good}\nBASH_ENV=$(id)`,
  `BASH_ENV=$(id)\n${good}`,
  `${good}\n`,
  "",
];

export function hostileAddresses(cloud: CloudName): [keyof Addresses, string][] {
  const { PULUMI_BACKEND_URL: backend, VAULT_URI: vault } = usualAddresses(cloud);
  const blobs = blobDomains[cloud];
  const backends = [
    ...brokenLines(backend),
    `${backend}&domain=attacker.example`,
    `${backend}&domain=${blobs}.attacker.example`,
    `${backend}&domain=${blobs.replaceAll(".", "x")}`,
    `${backend}&domain=${blobs}&protocol=http`,
    `${backend}&localemu=true`,
    "azblob://pulumi?storage_account=attacker.example/",
    "azblob://pulumi",
    "file:///tmp",
    "https://attacker.example",
  ];
  const vaults = [
    ...brokenLines(vault),
    "https://attacker.example/",
    `https://attacker.example/${vault}`,
    `${vault}.attacker.example`,
    vault.replaceAll(".", "x"),
    vault.replace("https", "http"),
  ];
  return [
    ...backends.map((value): [keyof Addresses, string] => ["PULUMI_BACKEND_URL", value]),
    ...vaults.map((value): [keyof Addresses, string] => ["VAULT_URI", value]),
  ];
}
