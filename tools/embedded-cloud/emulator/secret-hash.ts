import { createHash } from "node:crypto";

/** The stored form of secrets and refresh tokens: they are long and random, so salt is not needed. */
export const secretHash = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
