import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHerd } from '../../lib/codebase/parse-herd.ts';
import { logToFile } from '../log-to-file.ts';
import { startStack } from '../stack.ts';
import { missingTools } from '../tools.ts';
import { droverApi } from './drover-api.ts';
import { type Journey, journeys } from './journeys.ts';
import { git } from './person.ts';

/** Where journeys happen. `close` says where the state is, if it is to be kept. */
export type DemoScene = {
  url: string;
  api: ReturnType<typeof droverApi>;
  journeys: Journey[];
  close: (how: { keep: boolean }) => Promise<string>;
};

/** The demo's scene on the local cluster. Times are short; everything else is what `npm start` and AWS run. */
export async function onThisMachine(say: (line: string) => void): Promise<DemoScene> {
  const rustIsMissing = missingTools(['cargo']).length > 0;
  if (rustIsMissing) say('      no cargo on this machine: the Rust sample is left out');
  const parsed = parseHerd(`
defaults:
  organisation: drover-samples
  environments:
    - { name: production, create: true, stability: 1s, rolloutDeadline: 40s }
codebases:
  - { name: hello, language: node }
${rustIsMissing ? '' : '  - { name: stamp, language: rust }'}
`);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const folder = await mkdtemp(join(tmpdir(), 'drover-demo-'));
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
  for (const { name } of parsed.herd.codebases) await git(stack.clone(name).folder, 'push', '--quiet');
  const api = droverApi(stack.url, stack.token);
  return {
    url: stack.url,
    api,
    journeys: journeys(stack, api, { rust: !rustIsMissing }),
    close: async ({ keep }) => {
      await stack.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
      return folder;
    },
  };
}
