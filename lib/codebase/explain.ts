import type { z } from 'zod';
import { computeSizes, cores, platforms } from './compute.ts';
import { CodebaseFile, DefaultsFile, EnvironmentFile, HerdFile, WorkloadFile } from './herd-file.ts';
import { steps } from './language.ts';
import { didYouMean } from './nearest.ts';
import type { Mistake } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, as mistakes for a person: what is wrong, and what would be right. `valueAt` gives what was written there. */
export function explain(issue: Issue, valueAt: (path: readonly PropertyKey[]) => unknown): Mistake[] {
  const { path } = issue;
  const found = valueAt(path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysOf(path);
      return issue.keys.map((key) => ({
        path,
        key,
        message: `unknown key “${key}”.${didYouMean(key, known)} Known here: ${known.join(', ')}`,
      }));
    }
    case 'invalid_type':
      return [
        found === undefined
          ? missing(path)
          : { path, message: `expected ${nounOf(issue.expected)}, found ${shown(found)}` },
      ];
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (found === undefined) return [missing(path)];
      const hint = path.at(-1) === 'compute' ? machinesWith(found) : '';
      if (typeof found !== 'string')
        return [{ path, message: `expected one of ${values.join(', ')}, found ${shown(found)}${hint}` }];
      const what = `unknown ${String(path.at(-1))} “${found}”.${hint || didYouMean(found, values)}`;
      return [{ path, message: `${what} Known: ${values.join(', ')}` }];
    }
    case 'invalid_union':
      return explainEnvironment(issue, path, found, valueAt);
    case 'too_small':
      return [
        {
          path,
          message:
            found === ''
              ? 'empty; leave the key out, or say something'
              : 'an empty list; leave the key out, or name at least one',
        },
      ];
    default:
      return [{ path, message: typeof found === 'string' ? `“${found}”: ${issue.message}` : issue.message }];
  }
}

/** Who writes a number means cores: the sizes that have so many. */
function machinesWith(found: unknown): string {
  const wanted = Number(/^(\d{1,3})(?:[ -]?cores?)?$/.exec(String(found))?.[1]);
  const having = platforms.flatMap((platform) => {
    const size = computeSizes.find((one) => cores[platform][one] >= wanted);
    return size === undefined ? [] : [`“${size}” on ${platform} (${cores[platform][size]})`];
  });
  return having.length === 0 ? '' : ` ${wanted} cores: ${having.join(', ')}.`;
}

/** Only a codebase's environment may be two things: a name (text), or a map. What was written says which was meant. */
function explainEnvironment(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: readonly PropertyKey[],
  found: unknown,
  valueAt: (path: readonly PropertyKey[]) => unknown,
): Mistake[] {
  const [asName = [], asMap = []] = issue.errors;
  const meant = typeof found === 'string' ? asName : asMap;
  if (typeof found !== 'string' && !isMap(found))
    return [
      { path, message: `expected an environment's name, or a map that begins with “name:”, found ${shown(found)}` },
    ];
  return meant.flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] }, valueAt));
}

function missing(path: readonly PropertyKey[]): Mistake {
  const key = String(path.at(-1));
  const wanted = path.length === 1 && key === 'codebases' ? 'a list of codebases, each with name and language' : 'it';
  return { path: path.slice(0, -1), message: `“${key}” is missing: add ${wanted === 'it' ? `“${key}: …”` : wanted}` };
}

/** The keys that may stand in the map at a path of the file. */
function keysOf(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(HerdFile.shape);
  if (path.at(-1) === 'steps') return [...steps];
  if (path.includes('workloads')) return Object.keys(WorkloadFile.shape);
  if (path.includes('environments')) return Object.keys(EnvironmentFile.shape);
  return Object.keys((path[0] === 'defaults' ? DefaultsFile : CodebaseFile).shape);
}

const nouns: Record<string, string> = { string: 'text', array: 'a list', object: 'a map', boolean: 'true or false' };
const nounOf = (type: string): string => nouns[type] ?? type;
const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `the text “${value}”`;
  if (typeof value === 'number') return `the number ${value} (in quotes it would be text)`;
  return `${String(value)}`;
}
