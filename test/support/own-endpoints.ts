/** Endpoints of one's own: those that are named, and for the rest hosts of this machine at which nothing answers. */
import type { Endpoints } from "../../lib/config/clouds";

export function ownEndpoints(named: Partial<Endpoints> = {}): Required<Endpoints> {
  const nobody = "https://127.0.0.1:9";
  return {
    authority: nobody,
    partnerCenter: nobody,
    microsoftGraph: nobody,
    resourceManager: nobody,
    azureAdGraph: nobody,
    vaultSuffix: "127.0.0.1",
    metadataHost: "127.0.0.1:9",
    ...named,
  };
}
