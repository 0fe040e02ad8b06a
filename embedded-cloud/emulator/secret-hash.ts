import { createHash } from "node:crypto";

/** The stored form of secrets and refresh tokens: their SHA-256, base64url. They are long and random, so salt or stretching is not needed. */
export const secretHash = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
