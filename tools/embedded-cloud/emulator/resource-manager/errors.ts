import type { Context as HonoContext } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A refusal, with the text and status of Resource Manager or one of its providers. */
export class ResourceError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ResourceError";
  }
}

/** 400 with the vault provider's usual text. */
export function badRequest(message: string): ResourceError {
  return new ResourceError(400, "BadRequest", message);
}

export function resourceGroupNotFound(name: string): ResourceError {
  return new ResourceError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
}

/** @param type with its namespace, such as Microsoft.KeyVault/vaults */
export function resourceNotFound(type: string, name: string, group: string): ResourceError {
  const more = "For more details please go to https://aka.ms/ARMResourceNotFoundFix";
  const message = `The Resource '${type}/${name}' under resource group '${group}' was not found. ${more}`;
  return new ResourceError(404, "ResourceNotFound", message);
}

/** 501: the real Resource Manager may support this request; the emulator does not, and does not guess. */
export function notServed(c: HonoContext, detail = ""): ResourceError {
  const what = `${c.req.method} ${c.req.path}${detail}`;
  return new ResourceError(501, "NotImplemented", `The emulator's Resource Manager does not serve ${what}.`);
}

/** Renders a refusal as Resource Manager does; any other error is a defect of the emulator. */
export function renderResourceError(c: HonoContext, error: Error): Response {
  if (!(error instanceof ResourceError)) throw error;
  return c.json({ error: { code: error.code, message: error.message } }, error.status);
}
