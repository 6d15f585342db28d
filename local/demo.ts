// `npm run demo`: the main job, unattended. Exits 0 only if every step happened.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHerd } from '../lib/codebase/parse-herd.ts';
import { buildSeconds } from './demo/build-seconds.ts';
import { droverApi } from './demo/drover-api.ts';
import { journeys } from './demo/journeys.ts';
import { git } from './demo/person.ts';
import { logToFile } from './log-to-file.ts';
import { startStack } from './stack.ts';
import { missingTools } from './tools.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const rustIsMissing = missingTools(['cargo']).length > 0;

/** A herd whose times are short. Everything else is what `npm start` and AWS run. */
const herdText = `
defaults:
  organisation: drover-samples
  environments:
    - { name: production, create: true, stability: 1s, rolloutDeadline: 40s }
codebases:
  - { name: hello, language: node }
${rustIsMissing ? '' : '  - { name: stamp, language: rust }'}
`;

const began = Date.now();
const folder = await mkdtemp(join(tmpdir(), 'drover-demo-'));
let failed = 0;
const parsed = parseHerd(herdText);
if (parsed.kind === 'problems') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
logToFile(join(folder, 'functions.log'));
const stack = await startStack({
  folder: join(folder, 'state'),
  clones: join(folder, 'clones'),
  file: parsed.file,
  port: 0,
  intervals: { lease: 30, look: 4, watch: 1, sweep: 1 },
  onBuildLine: () => undefined,
  onProblem: (line) => say(`      ! ${line}`),
});
try {
  const api = droverApi(stack.url, stack.token);
  if (rustIsMissing) say('      no cargo on this machine: the Rust sample is left out');
  for (const { name } of parsed.herd.codebases) await git(stack.clone(name).folder, 'push', '--quiet');
  for (const { name, run } of journeys(stack, api, { rust: !rustIsMissing })) {
    const from = Date.now();
    const seconds = () => `${((Date.now() - from) / 1_000).toFixed(1).padStart(5)} s`;
    try {
      const saw = await run();
      say(`ok   ${seconds()}  ${name}\n                ${saw}`);
    } catch (error) {
      failed += 1;
      say(`FAIL ${seconds()}  ${name}\n                ${error instanceof Error ? error.message : String(error)}`);
      break;
    }
  }
  say(`\nThe history, as GET ${stack.url}/releases gives it:\n`);
  const releases = await api.releases('limit=50');
  for (const { commit, codebase, state, message, reason, environments } of releases) {
    const standings = Object.entries(environments).map(([name, { state: standing }]) => `${name}: ${standing}`);
    say(
      `  ${codebase.padEnd(6)} ${commit.slice(0, 7)}  ${state.padEnd(10)}  ${standings.join(', ').padEnd(24)}  ${message}${reason ? ` (${reason})` : ''}`,
    );
  }
  const { builds, sum, clock } = buildSeconds(releases);
  say(`\n${builds} builds took ${sum.toFixed(1)} s; for ${clock.toFixed(1)} s one or more were under way.`);
} finally {
  await stack.close();
  if (failed === 0) await rm(folder, { recursive: true, force: true });
}
const seconds = ((Date.now() - began) / 1_000).toFixed(0);
say(failed === 0 ? `\nEvery step happened, in ${seconds} s.` : `\nA step did not happen. What was kept: ${folder}`);
process.exit(failed === 0 ? 0 : 1);
