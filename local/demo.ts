// `npm run demo`: the main job, unattended. Exits 0 only if every step happened.
import { parseArgs } from 'node:util';
import { type DemoScene, onThisMachine } from './demo/on-this-machine.ts';
import { runJourneys, sayHistory } from './demo/run-journeys.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const give = (line: string): never => {
  process.stderr.write(`${line}\n`);
  process.exit(1);
};
const usage = 'Usage: npm run demo [-- --cluster real]';

const { values } = (() => {
  try {
    return parseArgs({ options: { cluster: { type: 'string', default: 'local' } } });
  } catch (error) {
    return give(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
})();

/** Kubernetes itself, built and started here: its script says what this machine lacks for it. */
async function onRealCluster(): Promise<DemoScene> {
  say('      Kubernetes is started; the first time it is built from its Go modules: 5 to 10 minutes');
  const { realJourneys } = await import('../test/e2e/real-cluster/journeys.ts');
  const { setScene } = await import('../test/e2e/real-cluster/scene.ts');
  const scene = await setScene({ onProblem: () => undefined });
  return {
    url: scene.stack.url,
    api: scene.api,
    journeys: realJourneys.map(({ name, run }) => ({ name, run: () => run(scene) })),
    close: scene.close,
  };
}

if (values.cluster !== 'local' && values.cluster !== 'real')
  give(`--cluster takes local or real, not “${values.cluster}”\n${usage}`);
const began = Date.now();
const starting = values.cluster === 'real' ? onRealCluster() : onThisMachine(say);
let closing: Promise<string> | undefined;
const close = async (keep: boolean): Promise<string> => {
  const { close: end } = await starting;
  closing ??= end({ keep });
  return closing;
};
// Also while it starts: what was started is ended, whoever else was told to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void close(false).finally(() => process.exit(130)));

const scene = await starting.catch((error: unknown) => give(error instanceof Error ? error.message : String(error)));
if (closing !== undefined) await closing.then(() => process.exit(130));
let done = false;
let kept = '';
try {
  done = await runJourneys(scene.journeys, say);
  await sayHistory(scene.url, scene.api, say);
} finally {
  kept = await close(!done);
}
const seconds = ((Date.now() - began) / 1_000).toFixed(0);
say(done ? `\nEvery step happened, in ${seconds} s.` : `\nA step did not happen. What was kept: ${kept}`);
process.exit(done ? 0 : 1);
