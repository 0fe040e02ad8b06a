/** The hands of somebody who administers the stage's tenant: Microsoft Graph and the vault, as the deployer. */
import type { Stage } from "./stage";

type Send = (method: string, path: string, body?: object) => Promise<unknown>;

interface SecretVersion {
  /** Its address. */
  id: string;
  value: string;
  attributes: { exp: number };
}

export interface Administrator {
  /** @param path behind the version: `/applications/…` */
  graph: Send;
  vault: {
    newest(name: string): Promise<SecretVersion>;
    update(id: string, attributes: { exp: number }): Promise<void>;
  };
}

export async function administrator({ cloud, outputs }: Pick<Stage, "cloud" | "outputs">): Promise<Administrator> {
  const vaultOrigin = new URL(outputs.vaultUri).origin;
  const graph = await signedIn(cloud, cloud.ready.origins.microsoftGraph);
  const vault = await signedIn(cloud, vaultOrigin);
  return {
    graph: (method, path, body) => graph(method, `/v1.0${path}`, body),
    vault: {
      newest: async (name) => (await vault("GET", `/secrets/${name}?api-version=7.4`)) as SecretVersion,
      update: async (id, attributes) => {
        await vault("PATCH", `${new URL(id).pathname}?api-version=7.4`, { attributes });
      },
    },
  };
}

async function signedIn({ ready }: Stage["cloud"], origin: string): Promise<Send> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: ready.deployer.clientId,
    client_secret: ready.deployer.clientSecret,
    scope: `${origin}/.default`,
  });
  const tokens = await answered(`${ready.url}/${ready.tenantId}/oauth2/v2.0/token`, { method: "POST", body: form });
  const { access_token: token } = tokens as { access_token: string };
  return (method, path, body) =>
    answered(`${origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

async function answered(address: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(address, init);
  const text = await response.text();
  if (response.ok) return text === "" ? undefined : JSON.parse(text);
  throw new Error(`${address} answered ${response.status} to ${init.method ?? "GET"}: ${text}`);
}
