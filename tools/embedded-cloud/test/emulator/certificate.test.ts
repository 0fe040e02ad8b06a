import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { serverCertificate, type ServerCertificate } from "../../emulator/certificate";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "certificate-test-"));
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

const parsed = ({ certificate, caFile }: ServerCertificate) => ({
  server: new X509Certificate(certificate),
  ca: new X509Certificate(readFileSync(caFile)),
});

test("the server's certificate is for loopback alone, issued by a CA that serves nothing", async () => {
  const { server, ca } = parsed(await serverCertificate(directory));
  expect([server.subjectAltName, server.ca, ca.ca]).toEqual(["IP Address:127.0.0.1, DNS:localhost", false, true]);
  expect([server.checkIssued(ca), server.verify(ca.publicKey), ca.verify(ca.publicKey)]).toEqual([true, true, true]);
  expect(ca.serialNumber).not.toBe(server.serialNumber);
});

test("the CA's private key is nowhere", async () => {
  const { key } = await serverCertificate(directory);
  const home = path.join(directory, "certificate");
  expect(readdirSync(home).sort()).toEqual(["ca.pem", "server.key", "server.pem"]);
  const { server, ca } = parsed(await serverCertificate(directory));
  expect([server.checkPrivateKey(createPrivateKey(key)), ca.checkPrivateKey(createPrivateKey(key))]).toEqual([
    true,
    false,
  ]);
});

test("is kept until a week before its end, then made anew", async () => {
  const first = await serverCertificate(directory);
  const end = parsed(first).server.validToDate.getTime();
  const day = 24 * 60 * 60 * 1000;
  jest.useFakeTimers({ now: end - 8 * day, doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  expect(await serverCertificate(directory)).toEqual(first);
  jest.setSystemTime(end - 6 * day);
  const second = await serverCertificate(directory);
  expect(second.certificate).not.toBe(first.certificate);
  expect(parsed(second).server.validToDate.getTime()).toBeGreaterThan(end);
  expect(readdirSync(directory)).toEqual(["certificate"]);
});

test("starts at the same moment agree on one certificate", async () => {
  const all = await Promise.all([1, 2, 3].map(() => serverCertificate(directory)));
  expect(new Set(all.map(({ certificate }) => certificate)).size).toBe(1);
  expect(readdirSync(directory)).toEqual(["certificate"]);
});

test("a folder that is half there is an error that says what to do", async () => {
  const { caFile } = await serverCertificate(directory);
  rmSync(caFile);
  writeFileSync(path.join(directory, "certificate", "note"), "");
  await expect(serverCertificate(directory)).rejects.toThrow(
    `the emulator's certificate in ${path.join(directory, "certificate")} cannot be read: delete the folder`,
  );
});
