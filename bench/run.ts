// `npm run bench [-- NAME…] [--write]`: what is fast and what is small, as Markdown on stdout; with --write in bench/RESULTS.md too.
// It reports: no figure makes it fail (limits are asserted by tests), only what could not be measured at all.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { coldStart } from './cold-start.ts';
import { demo } from './demo.ts';
import { drift } from './drift.ts';
import { historyPage } from './history-page.ts';
import { imagePush } from './image-push.ts';
import { root } from './packaged.ts';
import { pushToImage } from './push-to-image.ts';
import { type Bench, sectionOf, withSection } from './report.ts';
import { rolloutCalls } from './rollout-calls.ts';
import { rustCache } from './rust-cache.ts';
import { validation } from './validation.ts';
import { webhookCalls } from './webhook-calls.ts';
import { workerColdStart } from './worker-cold-start.ts';
import { zipSizes } from './zip-sizes.ts';

const benches: Bench[] = [
  coldStart,
  zipSizes,
  historyPage,
  webhookCalls,
  demo,
  rustCache,
  validation,
  imagePush,
  pushToImage,
  drift,
  rolloutCalls,
  workerColdStart,
];

const introduction = `# What drover costs

Written by \`npm run bench -- --write\`, each section by its own run. Machines are shared and noisy: what is compared is run in
turn (A B A B), and ratios come first; times are the median, with the least and the greatest in parentheses.
`;

const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
const say = (line: string) => process.stderr.write(`${line}\n`);

async function run({ name, title, run: measure }: Bench): Promise<string> {
  say(`${name}: ${title}`);
  const [began, loadBefore] = [Date.now(), load()];
  const found = await measure((line) => say(`  ${line}`));
  const seconds = ((Date.now() - began) / 1_000).toFixed(0);
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}`;
  const how = `\`npm run bench -- ${name}\` on ${new Date(began).toISOString().slice(0, 10)}: ${machine}, load ${loadBefore} before and ${load()} after, ${seconds} s.`;
  return sectionOf(title, how, found);
}

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  say(`There is no bench ${unknown.join(', ')}. There are: ${benches.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const file = join(root, 'bench/RESULTS.md');
for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  try {
    const section = await run(bench);
    process.stdout.write(`${section}\n`);
    if (!values.write) continue;
    const results = existsSync(file) ? readFileSync(file, 'utf8') : introduction;
    writeFileSync(file, withSection(results, section));
  } catch (error) {
    say(`${bench.name} could not be measured: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
  }
}
