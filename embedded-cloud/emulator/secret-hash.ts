import { createHash } from "node:crypto";

/** How this emulator keeps secrets and refresh tokens: their SHA-256, base64url. They are long and random, so no salt or stretching. */
export const secretHash = (secret: string): string => createHash("sha256").update(secret).digest("base64url");
