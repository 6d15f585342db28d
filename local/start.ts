// `npm start`: the pipeline on one machine, in one terminal. What it says here is all that a person needs to begin.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadHerd } from '../infra/load-herd.ts';
import { buildLine } from './build-line.ts';
import { elsewhereLines, findClusters } from './cluster/find-clusters.ts';
import { git } from './demo/person.ts';
import { logToFile } from './log-to-file.ts';
import { takeFolder } from './only-one.ts';
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

const { herd, file } = (() => {
  try {
    return loadHerd(values.herd);
  } catch (error) {
    return give(wordsOf(error));
  }
})();
const toolOf: Record<string, string> = { go: 'go', python: 'python3', rust: 'cargo' };
const missing = new Set(missingTools(Object.values(toolOf)));
const leftOut = herd.codebases.filter(({ language }) => missing.has(toolOf[language] ?? ''));
const isPresent = ({ name }: { name: string }) => !leftOut.some((codebase) => codebase.name === name);
const present = herd.codebases.filter(isPresent);
for (const { name, language } of leftOut)
  say(`There is no ${toolOf[language]} on this machine: ${name}, which is in ${language}, is left out.`);

// Never KUBECONFIG's: who only tries drover, in a shell that knows production, is not to release samples there.
const elsewhere =
  values.kubeconfig && (await findClusters(values.kubeconfig, present).catch((error) => give(wordsOf(error))));
const stateIn = values.folder ?? (elsewhere ? `.drover-${elsewhere.name}` : '.drover');
const folder = resolve(stateIn);
if (!(await takeFolder(folder)))
  give(`Another drover runs here already, with its state in ${stateIn}: end it first (Ctrl-C in its terminal).`);
if (values.fresh) rmSync(folder, { recursive: true, force: true });
const isFirst = !existsSync(folder);
mkdirSync(folder, { recursive: true });
logToFile(join(folder, 'functions.log'));
const stack = await startStack({
  folder: join(folder, 'state'),
  clones: join(folder, 'codebases'),
  file: { ...file, codebases: file.codebases.filter(isPresent) },
  port,
  ...(elsewhere && { kubeconfig: elsewhere.read, pullAt: values['pull-at'] }),
  intervals: { lease: 30, look: 10, watch: 1, sweep: 5 },
  onBuildLine: (codebase, text) => {
    const line = buildLine(text);
    if (line !== undefined) say(`  ${codebase} │ ${line}`);
  },
  onProblem: (line) => say(`  ! ${line}`),
}).catch((error: unknown) => {
  return give(`${wordsOf(error)}\n\`npm start -- --port 5800\` takes the ports from there on, --port 0 free ones.`);
});
writeFileSync(join(folder, 'token'), `${stack.token}\n`, { mode: 0o600 });
const exports = Object.entries(stack.environment).map(([name, value]) => `export ${name}=${value}\n`);
writeFileSync(join(folder, 'env'), exports.join(''), { mode: 0o600 });

say(`
drover runs on this machine.

  What was released, what runs, what waits for you   ${stack.url}/
  History API, as described in openapi.json          ${stack.url}/releases
  drover for another terminal, which then works      . ${join(stateIn, 'env')}
  on this machine's AWS and no other                 npm run drover -- releases
                                                     npm run drover -- logs ${present[0]?.name ?? 'CODEBASE'} --follow
`);
if (elsewhere) for (const line of elsewhereLines(elsewhere, stack.registry, values['pull-at'])) say(line);
for (const { name } of present) {
  const clone = stack.clone(name);
  say(`  ${name.padEnd(12)} ${relative('.', clone.folder)}   edit, commit, git push`);
}
say(
  `\n${isFirst ? 'The first push of each is made for you now.' : 'It goes on where it was.'} Ctrl-C ends it; its state is kept in ${stateIn}.\n`,
);

for (const { name, branch } of present) {
  const clone = stack.clone(name).folder;
  const isPushed = (await git(clone, 'ls-remote', '--heads', 'origin', branch)) !== '';
  if (!isPushed) await git(clone, 'push', '--quiet', 'origin', `HEAD:${branch}`);
}

const telling = tellChanges(stack, say);
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (ending) process.exit(130);
    ending = true;
    say('\nEnding: services stop, state is kept.');
    telling.stop();
    stack.close().then(
      () => process.exit(0),
      (error) => give(wordsOf(error)),
    );
  });
