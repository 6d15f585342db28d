// `npm start`: the pipeline on one machine, in one terminal. What it says here is all that a person needs to begin.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadHerd } from '../infra/load-herd.ts';
import { resolveHerd } from '../lib/codebase/resolve-herd.ts';
import { beginAnew } from './begin-anew.ts';
import { buildLine } from './build-line.ts';
import { elsewhereLines, findClusters } from './cluster/find-clusters.ts';
import { wayIn } from './herd/change-lines.ts';
import { firstPush } from './herd/first-push.ts';
import { followHerd } from './herd/follow-herd.ts';
import { presentHerd } from './herd/left-out.ts';
import { logToFile } from './log-to-file.ts';
import { takeFolder } from './only-one.ts';
import { otherThan } from './ports.ts';
import { startStack } from './stack.ts';
import { tellChanges } from './tell-changes.ts';
import { missingTools } from './tools.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const give = (line: string): never => {
  process.stderr.write(`${line}\n`);
  process.exit(1);
};
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const usage =
  'npm start [-- [--fresh] [--port 4800] [--herd codebases.yml] [--kubeconfig FILE [--pull-at ADDRESS]] [--folder .drover]]';
const options = {
  fresh: { type: 'boolean', default: false },
  port: { type: 'string', default: '4800' },
  herd: { type: 'string', default: 'codebases.yml' },
  kubeconfig: { type: 'string' },
  'pull-at': { type: 'string' },
  folder: { type: 'string' },
} as const;

const { values } = (() => {
  try {
    return parseArgs({ options });
  } catch (error) {
    return give(`${wordsOf(error)}\nUsage: ${usage}`);
  }
})();
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_000)
  give(`--port takes a port, not “${values.port}”\nUsage: ${usage}`);
if (missingTools(['git']).length > 0)
  give('drover needs git on this machine, and there is none: install it and start again.');

const file = (() => {
  try {
    return loadHerd(values.herd).file;
  } catch (error) {
    return give(wordsOf(error));
  }
})();
const present = presentHerd(file);
for (const line of present.leftOut) say(line);

// Never KUBECONFIG's: who only tries drover, in a shell that knows production, is not to release samples there.
const elsewhere =
  values.kubeconfig &&
  (await findClusters(values.kubeconfig, resolveHerd(present.file).codebases).catch((error) => give(wordsOf(error))));
const stateIn = values.folder ?? (elsewhere ? `.drover-${elsewhere.name}` : '.drover');
const folder = resolve(stateIn);
// The recipes' shell takes its own tools apart at spaces; AWS has none in its paths.
if (/\s/.test(folder))
  give(`${folder} has a space in it, and builds would fail there: name a place without one by --folder.`);
if (!(await takeFolder(folder)))
  give(`Another drover runs here already, with its state in ${stateIn}: end it first (Ctrl-C in its terminal).`);
const kept = values.fresh ? beginAnew(folder, new Date()) : undefined;
if (kept !== undefined) say(`It begins anew. Clones with work of yours in them are now in ${kept}.`);
const isFirst = !existsSync(folder);
mkdirSync(folder, { recursive: true });
logToFile(join(folder, 'functions.log'));
const stack = await startStack({
  folder: join(folder, 'state'),
  clones: join(folder, 'codebases'),
  file: present.file,
  port,
  ...(elsewhere && { kubeconfig: elsewhere.read, pullAt: values['pull-at'] }),
  intervals: { lease: 30, look: 10, watch: 1, sweep: 5 },
  onBuildLine: (codebase, text) => {
    const line = buildLine(text);
    if (line !== undefined) say(`  ${codebase} │ ${line}`);
  },
  onProblem: (line) => say(`  ! ${line}`),
}).catch((error: unknown) => {
  return give(
    `${wordsOf(error)}\n\`npm start -- --port ${otherThan(port)}\` takes the ports from there on, --port 0 free ones.`,
  );
});
writeFileSync(join(folder, 'token'), `${stack.token}\n`, { mode: 0o600 });
const quoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
const exports = Object.entries(stack.environment).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
writeFileSync(join(folder, 'env'), exports.join(''), { mode: 0o600 });

say(`
drover runs on this machine.

  What was released, what runs, what waits for you   ${stack.url}/
  History API, as described in openapi.json          ${stack.url}/releases
  its token                                          ${join(stateIn, 'token')}
  Commands, in another terminal, that from the       . ${join(stateIn, 'env')}
  first line on has this machine's AWS and no other  npm run drover -- releases
                                                     npm run drover -- logs ${present.file.codebases[0]?.name ?? 'CODEBASE'} --follow
`);
if (elsewhere) for (const line of elsewhereLines(elsewhere, stack.registry, values['pull-at'])) say(line);
const shown = (path: string) => relative('.', path);
const width = Math.max(...stack.herd().codebases.map(({ name }) => name.length));
for (const { name } of stack.herd().codebases) {
  const place = stack.placeOf(name);
  if (place) say(`  ${name.padEnd(width)}   ${wayIn(place, shown)}`);
}
say(
  `\n${isFirst ? 'The first push of each is made for you now.' : 'It goes on where it was.'} Ctrl-C ends it; its state is kept in ${stateIn}.\n`,
);

for (const codebase of stack.herd().codebases) await firstPush(codebase, stack.placeOf(codebase.name));

const telling = tellChanges(stack, say);
const following = followHerd({
  path: values.herd,
  stack,
  present: presentHerd,
  leftOut: present.leftOut,
  lookAt: async (codebases) => {
    if (!values.kubeconfig || codebases.length === 0) return [];
    return findClusters(values.kubeconfig, codebases).then(
      ({ missing }) => missing,
      (error) => [wordsOf(error)],
    );
  },
  shown,
  say,
});
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (ending) process.exit(130);
    ending = true;
    say('\nEnding: services stop, state is kept.');
    telling.stop();
    following.stop();
    stack.close().then(
      () => process.exit(0),
      (error) => give(wordsOf(error)),
    );
  });
