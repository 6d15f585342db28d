// What a build keeps for the next: `node cache.mjs restore|keep|prove …`, called by the recipes. Bundled into one file; Node 20.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { authorizeWith } from '../../image/authorize.ts';
import { refusal } from '../../image/refusal.ts';
import { repositoryAt } from '../../image/registry-client.ts';
import { Failure } from '../../lambda/failure.ts';
import {
  artifactAt,
  artifactsOf,
  compiledCount,
  compiledLine,
  executableOf,
  proveFresh,
  proveUntouched,
} from './cargo-proof.ts';
import { inTime } from './in-time.ts';
import { keep } from './keep.ts';
import { listingOf } from './listing.ts';
import { restore } from './restore.ts';
import { changedSince, hashSources, type Sources, setTimes, unmoved } from './sources.ts';
import { readState, writeState } from './state.ts';
import { type CacheKey, toolchainOf } from './tags.ts';

const Options = z.object({
  kind: z.string().regex(/^[a-z]+$/),
  /** The folder that is kept. */
  folder: z.string(),
  /** Files whose text is the key. */
  toolchain: z.string(),
  lock: z.string(),
  /** Where this build remembers what it restored. */
  state: z.string(),
  /** The source, where file times decide what is built again. */
  sources: z.string().optional(),
  /** A word for the source, where contents decide and it is enough to know that something changed. */
  tree: z.string().optional(),
  codebase: z.string().min(1),
  registry: z.string().min(1),
});

/** For all that a command asks of the registry: one that hangs must not take a build's whole time. */
const patience = 5 * 60_000;

function given(args: string[]) {
  const names = ['kind', 'folder', 'toolchain', 'lock', 'state', 'sources', 'tree'] as const;
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]));
  const { values } = parseArgs({ args, options });
  const { DROVER_CODEBASE: codebase, DROVER_REGISTRY: registry } = process.env;
  const parsed = Options.parse({ codebase, registry, ...values });
  const key: CacheKey = {
    kind: parsed.kind,
    codebase: parsed.codebase,
    toolchain: readFileSync(parsed.toolchain, 'utf8'),
    lock: readFileSync(parsed.lock, 'utf8'),
  };
  const fetchInTime = inTime(fetch, patience);
  const authorize = authorizeWith(fetchInTime);
  const repository = repositoryAt(parsed.registry, `drover/${parsed.codebase}`, fetchInTime, authorize);
  return { ...parsed, folder: resolve(parsed.folder), key, repository };
}

async function restoreCommand(args: string[]): Promise<string> {
  const { folder, key, repository, sources: root, tree, state } = given(args);
  const began = Date.now();
  const found = await restore(repository, key, folder, Date.now);
  const now = new Date();
  const cold = found.kind === 'cold';
  const sources = await sourcesOf(root, tree, folder);
  const changed = cold ? [] : changedSince(found.label.sources, sources);
  if (root !== undefined && !cold) await setTimes(resolve(root), sources, changed, now);
  const begun = cold ? now.getTime() : found.label.begun;
  const listing = root === undefined && tree === undefined ? { listing: await listingOf(folder) } : {};
  writeState(state, { outcome: found.kind, begun, restoredAt: now.getTime(), sources, changed, ...listing });
  if (found.kind === 'cold') return `cold: ${found.why}`;
  const files = root === undefined ? '' : `, ${changed.length} files differ`;
  process.stderr.write(`cache: ${found.kind}${files}, ${((Date.now() - began) / 1_000).toFixed(1)} s\n`);
  return found.kind;
}

/** What the archive is made of: the source's files, or one word for all of them. */
async function sourcesOf(root: string | undefined, tree: string | undefined, folder: string): Promise<Sources> {
  if (root !== undefined) return hashSources(resolve(root), [folder, resolve(root, '.drover')]);
  return tree === undefined ? {} : { tree };
}

async function keepCommand(args: string[]): Promise<string> {
  const { folder, key, repository, sources: root, tree, state: path, kind, codebase } = given(args);
  const state = readState(path);
  if (process.env.DROVER_KEEPS_CACHE !== 'yes') return 'cache: not kept: only builds of the release branch do';
  if (!existsSync(folder)) return 'cache: not kept: there is nothing';
  const same =
    state.changed.length === 0 && (state.listing === undefined || state.listing === (await listingOf(folder)));
  if (state.outcome === 'hit' && same) return 'cache: not kept: nothing changed';
  const after = await sourcesOf(root, tree, folder);
  const label = { kind, codebase, toolchain: toolchainOf(key), begun: state.begun, made: Date.now() };
  const bytes = await keep(repository, key, folder, { ...label, sources: unmoved(state.sources, after) });
  return `cache: kept, ${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Prints where the program lies that cargo's messages speak of, once it is proven to be of this source; a file is told how many crates were compiled. */
async function prove(args: string[]): Promise<string> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [messages = '', binary = '', state = '', root = '.', usual = '', count = ''] = positionals;
  // A codebase's own build step writes no messages: then the program is where cargo puts it.
  const artifacts = existsSync(messages) ? artifactsOf(readFileSync(messages, 'utf8')) : [artifactAt(usual, binary)];
  const { changed, restoredAt, sources } = readState(state);
  if (existsSync(messages)) {
    process.stderr.write(`cargo: ${compiledLine(artifacts)}\n`);
    if (count !== '') writeFileSync(count, `${compiledCount(artifacts)}\n`);
  }
  const executable = executableOf(artifacts, binary);
  proveFresh(artifacts, resolve(root), changed, restoredAt);
  await proveUntouched(artifacts, resolve(root), sources);
  return executable;
}

const [command = '', ...args] = process.argv.slice(2);
const commands: Record<string, (args: string[]) => string | Promise<string>> = {
  restore: restoreCommand,
  keep: keepCommand,
  prove,
};
try {
  const run = commands[command];
  if (!run) throw refusal(`no such command: ${command}`);
  process.stdout.write(`${await run(args)}\n`);
} catch (error) {
  const said = error instanceof Failure ? error.message : String(error);
  // An archive that cannot be kept is the next build's loss of time, not this one's failure.
  if (command === 'keep') process.stdout.write(`cache: not kept: ${said}\n`);
  else {
    process.stderr.write(`drover: ${said}\n`);
    process.exitCode = 1;
  }
}
