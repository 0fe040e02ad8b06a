// The tests of each room: what finds its mutants without the engine, and what runs the engine on what survives.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";

/** Beginnings of names in test/: the room's own, and of those that use it. Its own tests of the engine stand behind the bar. */
const TABLE = `
lib/application      application/ components/ providers/adoption providers/grants consent/ token/ cli/doctor/ cli/drift/ cli/ci-set-up fixes/doctor fixes/stack | existing-application late-permission
lib/azure            azure/ ci-identities/ vault/ providers/ cli/doctor/ cli/drift/ cli/exec cli/input fixes/doctor fixes/machine fixes/deployment | ci deploy
lib/ci-identities    ci-identities/ components/ cli/ci-set-up cli/doctor/ fixes/doctor | bootstrap ci
lib/config           config/ components/ credential/ startup/ cli/endpoints-told cli/target cli/number cli/rotation/ cli/catalogue fixes/deployment fixes/command-line | configuration
lib/credential       credential/ token/ providers/ cli/status cli/rotation/ cli/doctor/ fixes/tokens fixes/vault. | consent calendar
lib/token            token/ consent/ providers/ cli/status cli/rotation/ cli/doctor/ cli/revo cli/consent cli/renew cli/token fixes/tokens fixes/sign-in fixes/vault. | consent calendar
lib/consent          consent/ token/ providers/ cli/consent cli/administrator fixes/sign-in fixes/tokens | browser consent
lib/errors           errors/ config/ cli/quoted cli/outside-text cli/exit-code cli/json cli/doctor/ fixes/command-line fixes/stack | doctor
lib/http             http/ oauth/ azure/ vault/ partner-center/ cli/passing-faults cli/quoted fixes/machine | deploy
lib/oauth            oauth/ consent/ token/ cli/token cli/explain cli/administrator cli/consent cli/many-partners fixes/refusals fixes/sign-in | consent browser
lib/partner-center   partner-center/ cli/customers http/ startup/ | exec-preview
lib/providers        providers/ consent/ token/ components/ | grants certificate
program              program/ startup/ components/ config/ fixes/deployment | configuration
program/resolve      program/ components/ azure/ config/ cli/doctor/ cli/rotation/ fixes/deployment fixes/vault fixes/doctor | existing-application application-lost vault-moved
lib/startup          startup/ token/role token/reconcile http/ cli/main cli/interruption cli/engine | package interruption
lib/vault            vault/ consent/ token/ providers/vault cli/doctor/azure cli/status fixes/vault fixes/tokens | deleted-vault shared-vault
cli                  cli/main cli/completion cli/catalogue cli/command cli/json cli/named cli/exit-code cli/target fixes/command-line | package
cli/ci-set-up        cli/ci-set-up ci-identities/ | bootstrap
cli/completion       cli/completion cli/command-of-shell cli/catalogue | package
cli/consent          cli/consent cli/administrator cli/input cli/interruption cli/main cli/revoked fixes/sign-in fixes/tokens token/command | browser consent
cli/customers        cli/customers cli/exec-customers cli/many cli/named cli/partner-tenants cli/json fixes/refusals fixes/tokens | exec-preview
cli/doctor           cli/doctor/ cli/ci-set-up cli/administrator cli/outside-text fixes/doctor fixes/stack fixes/vault fixes/tokens fixes/refusals | doctor application-lost killed
cli/drift            cli/drift/ cli/doctor/additions cli/rotation/ cli/outside-text cli/report/ cli/status-page fixes/stack | drift
cli/engine           cli/engine cli/own-program cli/busy cli/drift/ cli/preview/ cli/rotation/ cli/state-code cli/windows cli/up cli/doctor/ fixes/stack fixes/deployment | drift hostile-state
cli/env              cli/env errors/failure | transcripts
cli/exec             cli/exec cli/identity cli/own-program cli/windows cli/named fixes/machine | exec-preview
cli/explain          cli/explain cli/standard-output fixes/machine | package
cli/init             cli/init | init
cli/options          cli/target cli/number cli/named cli/main cli/completion cli/catalogue cli/customers-many cli/powershell fixes/command-line fixes/stack | doctor
cli/preview          cli/preview/ cli/engine-token cli/drift/preview cli/report/ cli/named | ci
cli/redemption       cli/token cli/commands/ cli/many-partners cli/partner-tenants cli/exec cli/doctor/token cli/status fixes/tokens fixes/refusals | two-clouds
cli/renew            cli/renew cli/many-partners cli/partner-tenants cli/json cli/revoked fixes/tokens fixes/command-line | ci
cli/report           cli/report/ cli/jobs/ cli/preview/ cli/drift/ cli/outside-text http/hostile. fixes/machine | ci
cli/report-jobs      cli/jobs/ cli/report/ tooling/workflows | ci
cli/revoke           cli/revo cli/engine cli/status-report cli/customers fixes/stack | stolen-token
cli/rotate           cli/rotation/ cli/engine cli/doctor/credential cli/status-page | calendar
cli/status           cli/status cli/many-partners cli/named cli/outside-text cli/command-here token/verdict fixes/tokens fixes/vault. | status-page
cli/terminal         cli/progress cli/program-output cli/whole-file cli/exit-code cli/interruption cli/input cli/standard-output cli/json cli/powershell cli/named cli/windows cli/main errors/ fixes/command-line fixes/machine | interruption
cli/token            cli/token cli/commands/ cli/powershell cli/many-partners cli/json fixes/tokens fixes/machine | two-clouds
cli/up               cli/up cli/main cli/interruption cli/engine | interruption
components           components/ config/ providers/ startup/ fixes/deployment | deploy existing-application bootstrap certificate
`;

const rows = new Map(
  TABLE.trim()
    .split("\n")
    .map((line) => {
      const [room, ...words] = line.split(/\s+/u);
      const bar = words.indexOf("|");
      return [room, { tests: words.slice(0, bar), e2e: words.slice(bar + 1).map((name) => `e2e/${name}.`) }];
    }),
);

/** @returns test files by their paths, from the repository */
export function testsOf(repository, room) {
  const row = rows.get(room);
  if (row === undefined) throw new Error(`test/mutants/tests-of.mjs names no tests for ${room}.`);
  const all = readdirSync(join(repository, "test"), { recursive: true }).filter((name) => name.endsWith(".test.ts"));
  const beginning = (begins) =>
    all.filter((name) => begins.some((begin) => name.startsWith(begin))).map((name) => `test/${name}`);
  return { tests: beginning(row.tests), e2e: beginning(row.e2e) };
}

/** Those that import the mutant's file, those that name it, all others: each time the quickest first. */
export function nearestFirst(lane, file, tests, seconds) {
  const name = basename(file, ".ts");
  const distance = (test) => {
    if (lane.read(test).includes(`/${file.replace(/\.ts$/u, '"')}`)) return 0;
    return test.includes(name) || lane.read(test).includes(name) ? 1 : 2;
  };
  const ranked = tests.map((test) => ({ test, far: distance(test), long: seconds[test] ?? 0 }));
  return ranked.toSorted((one, other) => one.far - other.far || one.long - other.long).map(({ test }) => test);
}
