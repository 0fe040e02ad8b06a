import { credentialPublishedBy, publicationWith, publishedCredentialIn } from "../../lib/consent/published-credential";
import { useClock } from "../../lib/startup/clock";
import { tags, version } from "./fixtures";

const ours = (all: Readonly<Record<string, string>>) => all["application"] === tags.application;
const naming = (name: string, since?: string) => ({
  tags: { ...tags, "client-secret": name, ...(since === undefined ? {} : { "client-secret-since": since }) },
});

describe("the publication that holds", () => {
  test("is the latest, whoever stored last, disabled or not", () => {
    const versions = [
      version("held-up", "2026-11-03T00:00:00Z", naming("old", "2026-11-01T00:00:00.000Z")),
      version("rotated", "2026-11-02T00:00:00Z", { ...naming("new", "2026-11-02T00:00:00.000Z"), enabled: false }),
      version("first", "2026-11-01T00:00:00Z", naming("old", "2026-11-01T00:00:00.000Z")),
    ];
    expect(publishedCredentialIn(versions, ours)).toEqual({
      clientSecretName: "new",
      since: "2026-11-02T00:00:00.000Z",
    });
  });

  test("is that of a version without the tag, from when it was stored: an earlier program's rotation holds", () => {
    const versions = [
      version("earlier-program", "2026-11-03T00:00:00Z", naming("new")),
      version("first", "2026-11-01T00:00:00Z", naming("old", "2026-11-01T00:00:00.000Z")),
    ];
    expect(publishedCredentialIn(versions, ours)).toEqual({
      clientSecretName: "new",
      since: "2026-11-03T00:00:00.000Z",
    });
  });

  test("is the same for everybody where two began at once", () => {
    const two = ["a", "b"].map((name) =>
      version(name, "2026-11-01T00:00:00Z", naming(name, "2026-11-01T00:00:00.000Z")),
    );
    expect([two, two.toReversed()].map((versions) => publishedCredentialIn(versions, ours)?.clientSecretName)).toEqual([
      "b",
      "b",
    ]);
  });

  test("is nobody else's, and none where there is none", () => {
    const foreign = version("foreign", "2026-11-01T00:00:00Z", { tags: { ...tags, application: "another" } });
    expect([publishedCredentialIn([foreign], ours), publishedCredentialIn([], ours)]).toEqual([undefined, undefined]);
  });

  test("is not moved by a tag that is no time", () => {
    expect(credentialPublishedBy(version("v1", "2026-11-01T00:00:00Z", naming("old", "tomorrow"))).since).toBe(
      "2026-11-01T00:00:00.000Z",
    );
  });
});

describe("a time later than its version, which nobody knew when that was stored", () => {
  const far = ["9999-12-31T23:59:59.999Z", "+275760-09-13T00:00:00.000Z", "2026-11-03T00:00:01.000Z"];

  test.each(far)("%s holds back no later publication, and stops no writer", (since) => {
    const tampered = version("tampered", "2026-11-01T00:00:00Z", naming("old", since));
    const next = publicationWith("new", [tampered], ours);
    const rotated = version("rotated", "2026-11-03T00:00:00Z", naming("new", next.since));
    expect([next.since, publishedCredentialIn([rotated, tampered], ours)?.clientSecretName]).toEqual([
      "2026-11-01T00:00:00.001Z",
      "new",
    ]);
  });

  test("but for a machine whose clock is ahead by less than a day", () => {
    const since = "2026-11-01T23:00:00.000Z";
    expect(credentialPublishedBy(version("v1", "2026-11-01T00:00:00Z", naming("old", since))).since).toBe(since);
  });
});

describe("what a writer publishes that begins now", () => {
  const versions = [version("v1", "2026-11-02T00:00:00Z", naming("old", "2026-11-01T00:00:00.000Z"))];

  test("is what holds, for the same client secret", () => {
    expect(publicationWith("old", versions, ours).since).toBe("2026-11-01T00:00:00.000Z");
  });

  test("is later than all that is there for another one, though this machine's clock is behind", () => {
    const restore = useClock(() => Date.parse("2020-01-01T00:00:00Z"));
    expect(publicationWith("new", versions, ours).since).toBe("2026-11-02T00:00:00.001Z");
    restore();
  });

  test("is this moment's where there is none", () => {
    const restore = useClock(() => Date.parse("2026-11-24T08:00:00Z"));
    expect(publicationWith("old", [], ours).since).toBe("2026-11-24T08:00:00.000Z");
    restore();
  });
});
