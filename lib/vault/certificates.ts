/** One Key Vault's certificates: self-signed versions, whose key stays in the vault and signs there. */
import * as v from "valibot";
import { present } from "../errors/failure";
import { unixTime } from "../azure/shapes";
import type { DataPlane } from "./data-plane";
import { absent } from "./vault-error";

/** The properties of a certificate's version in a list. */
export interface CertificateVersion {
  version: string;
  enabled: boolean;
  /** Full seconds. */
  createdOn: Date;
  notBefore: Date | undefined;
  expiresOn: Date | undefined;
  tags: Readonly<Record<string, string>>;
  /** SHA-1 of the certificate, in hexadecimal, upper case; "" while it is being created. */
  thumbprint: string;
}

/** A version with the properties that a list does not contain. */
export interface Certificate extends CertificateVersion {
  /** The certificate, DER in Base64; it is public. */
  cer: string;
}

/** The properties of a new certificate. */
export interface CertificatePolicy {
  /** X.500: CN=… */
  subject: string;
  /** Months from its creation; the vault accepts no dates. */
  validityMonths: number;
  keySize: number;
}

/** The creation of a certificate: the vault stores one for each name, finished or not. */
export interface CertificateOperation {
  status: "inProgress" | "completed" | "cancelled" | "failed" | (string & {});
  /** Why it failed; "" if it did not. */
  problem: string;
}

const entry = v.object({
  id: v.string(),
  attributes: v.optional(
    v.object({ enabled: v.optional(v.boolean()), created: unixTime, nbf: unixTime, exp: unixTime }),
    {},
  ),
  tags: v.nullish(v.record(v.string(), v.string()), {}),
  x5t: v.optional(v.string(), ""),
});
const bundle = v.object({ ...entry.entries, cer: v.string() });
const operation = v.object({
  status: v.optional(v.string(), ""),
  error: v.nullish(v.object({ code: v.optional(v.string(), ""), message: v.optional(v.string(), "") })),
});
const signature = v.object({ kid: v.string(), value: v.string() });

export class Certificates {
  readonly #plane: DataPlane;

  constructor(plane: DataPlane) {
    this.#plane = plane;
  }

  /** All versions, newest first; an empty list if there is no such certificate, or it is soft-deleted. */
  async listVersions(name: string): Promise<CertificateVersion[]> {
    const what = `Listing the versions of certificate ${name} in ${this.#plane.uri}`;
    const versions = (await this.#plane.list(what, `/certificates/${name}/versions`, entry).catch(absent)) ?? [];
    return versions.map(versionOf).sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
  }

  /** Names of the vault's certificates that start with a prefix. */
  async names(prefix: string): Promise<string[]> {
    const certificates = await this.#plane.list(
      `Listing the certificates of ${this.#plane.uri}`,
      "/certificates",
      entry,
    );
    return certificates.map(({ id }) => segmentsOf(id)[1] ?? "").filter((name) => name.startsWith(prefix));
  }

  /** Reads a version of a certificate. @returns undefined if it does not exist */
  async find(name: string, version: string): Promise<Certificate | undefined> {
    const found = await this.#plane
      .ask({ what: this.#reading(name), path: `/certificates/${name}/${version}` }, bundle)
      .catch(absent);
    return found && { ...versionOf(found), cer: found.cer };
  }

  /** Whether a certificate of this name is soft-deleted. */
  async isDeleted(name: string): Promise<boolean> {
    const what = `Looking for deleted certificate ${name} in ${this.#plane.uri}`;
    return (
      (await this.#plane.ask({ what, path: `/deletedcertificates/${name}` }, v.looseObject({})).catch(absent)) !==
      undefined
    );
  }

  /** Starts the recovery of a soft-deleted certificate and its key. */
  async recover(name: string): Promise<void> {
    const what = `Recovering certificate ${name} in ${this.#plane.uri}`;
    await this.#plane.ask(
      { what, method: "POST", path: `/deletedcertificates/${name}/recover`, body: {} },
      v.looseObject({}),
    );
  }

  /** A lifetime action prevents renewal at 80 % of the validity ("Create Certificate", lifetime_actions). */
  async create(name: string, policy: CertificatePolicy, tags: Readonly<Record<string, string>>): Promise<void> {
    const what = `Making certificate ${name} in ${this.#plane.uri}`;
    const body = {
      policy: {
        issuer: { name: "Self" },
        key_props: { kty: "RSA", key_size: policy.keySize, exportable: false, reuse_key: false },
        secret_props: { contentType: "application/x-pkcs12" },
        x509_props: {
          subject: policy.subject,
          validity_months: policy.validityMonths,
          key_usage: ["digitalSignature"],
          // Client authentication.
          ekus: ["1.3.6.1.5.5.7.3.2"],
        },
        lifetime_actions: [{ trigger: { lifetime_percentage: 80 }, action: { action_type: "EmailContacts" } }],
      },
      attributes: { enabled: true },
      tags,
    };
    await this.#plane.ask({ what, method: "POST", path: `/certificates/${name}/create`, body }, v.looseObject({}));
  }

  /** The state of the newest creation of that name; undefined if there is none. */
  async operation(name: string): Promise<CertificateOperation | undefined> {
    const what = `Looking how certificate ${name} is made in ${this.#plane.uri}`;
    const pending = await this.#plane.ask({ what, path: `/certificates/${name}/pending` }, operation).catch(absent);
    if (pending === undefined) return undefined;
    const { status, error } = pending;
    return { status, problem: error ? `${error.code} ${error.message}`.trim() : "" };
  }

  /** Changes the attributes or tags of a version. The key of a disabled version signs nothing. */
  async update(
    name: string,
    version: string,
    changes: { enabled?: boolean; tags?: Record<string, string> },
  ): Promise<void> {
    const { enabled, tags } = changes;
    const what = `Changing certificate ${name} in ${this.#plane.uri}`;
    const body = { ...(enabled === undefined ? {} : { attributes: { enabled } }), ...(tags && { tags }) };
    await this.#plane.ask({ what, method: "PATCH", path: `/certificates/${name}/${version}`, body }, v.looseObject({}));
  }

  /** Signs with a version's key: RSASSA-PSS over SHA-256. @param digest SHA-256 of the text to sign */
  async sign(name: string, version: string, digest: Buffer): Promise<Buffer> {
    const what = `Signing with key ${name} in ${this.#plane.uri}`;
    const body = { alg: "PS256", value: digest.toString("base64url") };
    const path = `/keys/${name}/${version}/sign`;
    return Buffer.from((await this.#plane.ask({ what, method: "POST", path, body }, signature)).value, "base64url");
  }

  #reading(name: string): string {
    return `Reading certificate ${name} in ${this.#plane.uri}`;
  }
}

/** ["certificates", name, version] */
const segmentsOf = (id: string): string[] => (URL.parse(id)?.pathname ?? "").split("/").slice(1);

function versionOf({ id, attributes, tags, x5t }: v.InferOutput<typeof entry>): CertificateVersion {
  const { enabled = false, created, nbf, exp } = attributes;
  return {
    version: present(segmentsOf(id)[2], "The vault named a certificate without its version."),
    enabled,
    createdOn: created ?? new Date(0),
    notBefore: nbf,
    expiresOn: exp,
    tags,
    thumbprint: Buffer.from(x5t, "base64url").toString("hex").toUpperCase(),
  };
}
