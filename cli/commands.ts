import type { ParseArgsOptionsConfig } from 'node:util';
import { languages } from '../lib/codebase/language.ts';
import {
  ReleaseAnswer,
  ReleaseOperated,
  ReleasesAnswer,
  TargetAnswer,
  TargetOperated,
  TargetsAnswer,
} from '../lib/history/answers.ts';
import { access } from './access.ts';
import { adopt } from './adopt/adopt.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { link } from './link.ts';
import { logs } from './logs.ts';
import { newCodebase } from './new/new.ts';
import { preflight } from './preflight.ts';
import type { CliServices } from './services.ts';
import { entriesText, nowText, releasesText, targetsText } from './show.ts';
import { buildText } from './show-build.ts';
import { createToken, endToken } from './token.ts';
import { type TakeWord, wholeNumber } from './usage.ts';

// Over 150 lines: a list of commands is read, and compared, at once.

/** One command: how it is written, what it does, its options, which take a value, and its flags, which do not. It gives back what to print, and the exit code where that may be 1. */
export type Command = {
  usage: string;
  does: string;
  options: readonly string[];
  flags?: readonly string[];
  run: (
    word: TakeWord,
    options: Record<string, string | undefined>,
    services: CliServices,
  ) => Promise<string | { text: string; code: 0 | 1 }>;
};

/** The options of a command as `parseArgs` takes them. */
export const optionsOf = ({ options, flags = [] }: Command): ParseArgsOptionsConfig =>
  Object.fromEntries([
    ...options.map((name) => [name, { type: 'string' as const }] as const),
    ...flags.map((name) => [name, { type: 'boolean' as const }] as const),
  ]);

const part = encodeURIComponent;
const api = ({ env, fetch }: CliServices): ApiClient => apiClient(env, fetch);
/** Where the number of what a person saw is left out, the API takes that of the record as it is now, and says which. */
const took = (assumed: Record<string, string | number> | undefined): string =>
  assumed
    ? ` (taken as it was: ${Object.entries(assumed)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')})`
    : '';

export const commands: Record<string, Command> = {
  new: {
    usage: `new NAME --language ${languages.join('|')} [--organisation O] [--folder PATH] [--herd FILE]`,
    does: 'makes a codebase that passes its own recipe, and its line in codebases.yml; with GITHUB_TOKEN its repository too',
    options: ['language', 'organisation', 'folder', 'herd'],
    run: newCodebase,
  },
  adopt: {
    usage: 'adopt PATH [--add] [--language L] [--name NAME] [--package P] [--binary B] [--herd FILE]',
    does: 'says what a repository lacks to be a codebase, and its line in codebases.yml, which --add writes',
    options: ['language', 'name', 'package', 'binary', 'herd'],
    flags: ['add'],
    run: adopt,
  },
  releases: {
    usage: 'releases [--codebase C] [--environment E] [--state S] [--since DATE] [--limit N] [--cursor NEXT]',
    does: 'lists releases, the last pushed first',
    options: ['codebase', 'environment', 'state', 'since', 'limit', 'cursor'],
    run: async (word, options, services) => {
      word.end();
      const { releases, next } = await api(services).get('/releases', options, ReleasesAnswer);
      return next === undefined ? releasesText(releases) : `${releasesText(releases)}\nMore: --cursor ${next}`;
    },
  },
  release: {
    usage: 'release CODEBASE COMMIT [--cursor NEXT]',
    does: 'shows a release with all that happened to it; 7 characters of the commit do',
    options: ['cursor'],
    run: async (word, options, services) => {
      const path = `/releases/${part(word('CODEBASE'))}/${part(word('COMMIT'))}`;
      word.end();
      const { release, before, entries, next } = await api(services).get(path, options, ReleaseAnswer);
      const more = next === undefined ? [] : [`More: --cursor ${next}`];
      return [
        releasesText([release]),
        ...(release.reason ? [release.reason] : []),
        ...(release.build ? ['', buildText(release, before)] : []),
        '',
        entriesText(entries),
        ...more,
      ].join('\n');
    },
  },
  logs: {
    usage: 'logs CODEBASE [COMMIT] [--follow]',
    does: "prints a build's log, of the newest release where none is named; --follow goes on until it ends; needs AWS credentials",
    options: [],
    flags: ['follow'],
    run: logs,
  },
  targets: {
    usage: 'targets [--codebase C] [--limit N] [--cursor NEXT]',
    does: 'lists where codebases run, and what waits there',
    options: ['codebase', 'limit', 'cursor'],
    run: async (word, options, services) => {
      word.end();
      const { targets, next } = await api(services).get('/targets', options, TargetsAnswer);
      return next === undefined ? targetsText(targets) : `${targetsText(targets)}\nMore: --cursor ${next}`;
    },
  },
  target: {
    usage: 'target CODEBASE ENVIRONMENT',
    does: 'shows a target with its last entries',
    options: [],
    run: async (word, _, services) => {
      const path = targetPath(word);
      word.end();
      const { target, entries } = await api(services).get(path, {}, TargetAnswer);
      return [targetsText([target]), '', entriesText(entries)].join('\n');
    },
  },
  hold: {
    usage: 'hold CODEBASE ENVIRONMENT REASON… [--number N]',
    does: 'holds a target: nothing is rolled out there until the hold ends',
    options: ['number'],
    run: (word, { number }, services) =>
      operate(services, `${targetPath(word)}/hold`, {
        reason: word.rest('REASON'),
        holds: wholeNumber(number, 'number'),
      }),
  },
  unhold: {
    usage: 'unhold CODEBASE ENVIRONMENT [--number N]',
    does: 'ends a hold',
    options: ['number'],
    run: (word, { number }, services) => {
      const path = `${targetPath(word)}/unhold`;
      word.end();
      return operate(services, path, { hold: wholeNumber(number, 'number') });
    },
  },
  rollback: {
    usage: 'rollback CODEBASE ENVIRONMENT [COMMIT|baseline] [--number N]',
    does: 'rolls back to what was live there (the one before, where none is named), and holds the target',
    options: ['number'],
    run: (word, { number }, services) => {
      const path = `${targetPath(word)}/rollback`;
      const to = word.optional();
      word.end();
      return operate(services, path, { to, number: wholeNumber(number, 'number') });
    },
  },
  abort: {
    usage: 'abort CODEBASE ENVIRONMENT --number N',
    does: 'ends the rollout under way and rolls it back; its number is in `targets`',
    options: ['number'],
    run: (word, { number }, services) => {
      const path = `${targetPath(word)}/abort`;
      word.end();
      return operate(services, path, { number: wholeNumber(number, 'number') });
    },
  },
  check: {
    usage: 'check CODEBASE ENVIRONMENT',
    does: 'looks whether what runs is what was approved; `target` then shows what was seen',
    options: [],
    run: (word, _, services) => {
      const path = `${targetPath(word)}/check`;
      word.end();
      return operate(services, path, {});
    },
  },
  offer: {
    usage: 'offer CODEBASE ENVIRONMENT COMMIT [--number N]',
    does: 'offers a built release, also an older one',
    options: ['number'],
    run: (word, { number }, services) => {
      const path = `${targetPath(word)}/offer`;
      const release = word('COMMIT');
      word.end();
      return operate(services, path, { release, offers: wholeNumber(number, 'number') });
    },
  },
  rebuild: {
    usage: 'rebuild CODEBASE COMMIT [--number ATTEMPT]',
    does: 'builds a failed or superseded release again',
    options: ['number'],
    run: async (word, { number }, services) => {
      const path = `/releases/${part(word('CODEBASE'))}/${part(word('COMMIT'))}/rebuild`;
      word.end();
      const { release, assumed } = await api(services).post(
        path,
        { attempt: wholeNumber(number, 'number') },
        ReleaseOperated,
      );
      return `${release.codebase} ${release.commit.slice(0, 10)} is ${release.state}${took(assumed)}`;
    },
  },
  link: {
    usage: 'link CODEBASE ENVIRONMENT',
    does: 'prints the approval link of what waits there; needs DROVER_TABLE, DROVER_URL and AWS credentials',
    options: [],
    run: link,
  },
  'token create': {
    usage: 'token create NAME --scope read|operate [--days N]',
    does: 'makes a token for the API, and prints it once; needs DROVER_TABLE and AWS credentials',
    options: ['scope', 'days'],
    run: createToken,
  },
  'token revoke': {
    usage: 'token revoke TOKEN-ID',
    does: 'ends a token for good; needs DROVER_TABLE and AWS credentials',
    options: [],
    run: endToken,
  },
  preflight: {
    usage: 'preflight [CODEBASE] [--herd FILE]',
    does: "tells what is missing in registry and clusters before the first release does; needs AWS credentials of the worker's role",
    options: ['herd'],
    run: preflight,
  },
  access: {
    usage: 'access [--herd FILE] [--worker-role ARN]',
    does: 'prints what each cluster must be told so that drover may roll out there',
    options: ['herd', 'worker-role'],
    run: access,
  },
};

const targetPath = (word: TakeWord): string => `/targets/${part(word('CODEBASE'))}/${part(word('ENVIRONMENT'))}`;

async function operate(services: CliServices, path: string, body: Record<string, unknown>): Promise<string> {
  const { target, assumed } = await api(services).post(path, body, TargetOperated);
  return `${target.codebase}/${target.environment}: ${nowText(target)}${took(assumed)}`;
}
