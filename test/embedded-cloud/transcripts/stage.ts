/** A stage without a cloud behind it, for what needs only its facts. */
import type { Stage } from "../../../embedded-cloud/transcripts/stage";

export const applicationId = "3b1f6c1e-9a44-4d8e-a0e5-6f5d2c7b8a90";
export const tenantId = "5e1d8f6a-2c94-4b7e-8a35-7d0f1c6b9e20";

export const stage = {
  cloud: { ready: { url: "https://127.0.0.1:31000", tenantId } },
  engine: { version: "3.280.1" },
  clone: "/tmp/transcripts-a/secure-application-model",
  repository: "/home/somebody/work",
  env: { PATH: process.env["PATH"] ?? "", GREETING: "hello" },
  outputs: { applicationId, tenantId },
  signInPort: 45123,
} as unknown as Stage;
