/** Keywords of Resource Manager's paths in their own spelling; in requests their case does not matter. */
const words = [
  "tenants",
  "subscriptions",
  "resourceGroups",
  "resources",
  "operationresults",
  "providers",
  "Microsoft.KeyVault",
  "Microsoft.Authorization",
  "register",
  "vaults",
  "secrets",
  "keys",
  "certificates",
  "locations",
  "deletedVaults",
  "purge",
  "checkNameAvailability",
  "Microsoft.Storage",
  "storageAccounts",
  "blobServices",
  "containers",
  "Microsoft.Insights",
  "diagnosticSettings",
  "Microsoft.OperationalInsights",
  "workspaces",
  "roleAssignments",
  "roleDefinitions",
  "permissions",
];

const spelling = new Map(words.map((word) => [word.toLowerCase(), word]));

/** The request's path with its keywords, but not the names between them, in the spelling of the routes. */
export function routedPath(request: Request): string {
  const segments = decodePath(new URL(request.url).pathname).replace(/\/$/, "").split("/").slice(1);
  let index = 0;
  while (index < segments.length) {
    const word = spelled(segments, index);
    if (word === "providers") {
      spelled(segments, index + 1);
    }
    index += 2;
  }
  return `/${segments.join("/")}`;
}

/** Locations are written with or without spaces and capitals. */
export function normalLocation(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}

function spelled(segments: string[], index: number): string | undefined {
  const word = spelling.get(segments[index]?.toLowerCase() ?? "");
  if (word !== undefined) {
    segments[index] = word;
  }
  return word;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
