import { credentialPublishedBy, publicationWith, publishedCredentialIn } from "../../lib/consent/published-credential";
import { useClock } from "../../lib/startup/clock";
import { tags, version } from "./fixtures";

const ours = (all: Readonly<Record<string, string>>) => all["application"] === tags.application;
const naming = (name: string, since?: string) => ({
  ...tags,
  "client-secret": name,
  ...(since === undefined ? {} : { "client-secret-since": since }),
});
const midnight = (day: number): string => `2026-11-0${day}T00:00:00.000Z`;
/** A version of that day, which publishes the name since another one. */
const stored = (day: number, name: string, since?: number, enabled = true) =>
  version(`${name} ${day}`, midnight(day), {
    tags: naming(name, since === undefined ? undefined : midnight(since)),
    enabled,
  });
const foreign = version("foreign", midnight(1), { tags: { ...tags, application: "another" } });

test.each([
  ["the latest, whoever stored last, disabled or not", [stored(3, "old", 1), stored(2, "new", 2, false)], "new", 2],
  ["of a version without the tag from when it was stored", [stored(3, "new"), stored(1, "old", 1)], "new", 3],
  ["the same for everybody where two began at once", [stored(1, "a", 1), stored(1, "b", 1)], "b", 1],
  ["so in the other order", [stored(1, "b", 1), stored(1, "a", 1)], "b", 1],
])("the publication that holds is %s", (_, versions, clientSecretName, since) => {
  expect(publishedCredentialIn(versions, ours)).toEqual({ clientSecretName, since: midnight(since) });
});

test("the publication that holds is nobody else's, and none where there is none", () => {
  expect([publishedCredentialIn([foreign], ours), publishedCredentialIn([], ours)]).toEqual([undefined, undefined]);
});

const since = (tag: string) => credentialPublishedBy(version("v1", midnight(1), { tags: naming("old", tag) })).since;

describe("a time later than its version, which nobody knew when that was stored", () => {
  const far = ["9999-12-31T23:59:59.999Z", "+275760-09-13T00:00:00.000Z", "2026-11-03T00:00:01.000Z", "tomorrow"];

  test.each(far)("%s holds back no later publication, and stops no writer", (tag) => {
    const tampered = version("tampered", midnight(1), { tags: naming("old", tag) });
    const next = publicationWith("new", [tampered], ours);
    const rotated = version("rotated", midnight(3), { tags: naming("new", next.since) });
    expect([since(tag), next.since, publishedCredentialIn([rotated, tampered], ours)?.clientSecretName]).toEqual([
      midnight(1),
      "2026-11-01T00:00:00.001Z",
      "new",
    ]);
  });

  test("but for a machine whose clock is ahead by less than a day", () => {
    expect(since("2026-11-01T23:00:00.000Z")).toBe("2026-11-01T23:00:00.000Z");
  });
});

test.each([
  ["what holds, for the same client secret", "old", [stored(2, "old", 1)], midnight(1)],
  [
    "later than all that is there for another one, though this clock is behind",
    "new",
    [stored(2, "old", 1)],
    "2026-11-02T00:00:00.001Z",
  ],
  ["this moment's where there is none", "old", [], "2020-01-01T00:00:00.000Z"],
])("what a writer publishes that begins now is %s", (_, name, versions, expected) => {
  const restore = useClock(() => Date.parse("2020-01-01T00:00:00Z"));
  expect(publicationWith(name, versions, ours).since).toBe(expected);
  restore();
});
