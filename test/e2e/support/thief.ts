/** Who read a stack's vault once: the refresh token and the client secret of that time. */
import type { Project } from "./project";
import { openVault } from "./vault";

export interface Thief {
  refreshToken: string;
  clientSecret: string;
  /** What Entra answers: 200, or the number of its error. @param refreshToken another one than the thief's, with the client secret */
  ways: (refreshToken?: string) => Promise<{ token: number; secretAlone: number }>;
}

export async function thiefOf(project: Project): Promise<Thief> {
  const { refreshTokenName, credential, applicationId, tenantId } = await project.outputs();
  const vault = await openVault(project);
  const read = async (name: string) => (await vault.getSecret(name)).value ?? "";
  const [refreshToken, clientSecret] = [await read(refreshTokenName), await read(credential.name)];
  const { authority, partnerCenter, microsoftGraph } = project.cloud.origins;
  const ask = async (grant: Record<string, string>): Promise<number> => {
    const body = new URLSearchParams({ client_id: applicationId, client_secret: clientSecret, ...grant });
    const response = await fetch(`${authority}/${tenantId}/oauth2/v2.0/token`, { method: "POST", body });
    const { error_codes: [code = response.status] = [] } = (await response.json()) as { error_codes?: number[] };
    return code;
  };
  return {
    refreshToken,
    clientSecret,
    ways: async (other = refreshToken) => ({
      token: await ask({
        grant_type: "refresh_token",
        refresh_token: other,
        scope: `${partnerCenter}/.default offline_access`,
      }),
      secretAlone: await ask({ grant_type: "client_credentials", scope: `${microsoftGraph}/.default` }),
    }),
  };
}
