import type { z } from 'zod';
import type { ReleaseAnswer } from '../lib/history/answers.ts';
import type { ReleaseView } from '../lib/history/views.ts';
import { cacheWords, centsWords, changeWords, sizeWords, testsWords } from '../lib/page/build-words.ts';
import { duration } from '../lib/page/times.ts';
import { columns } from './columns.ts';

type Build = NonNullable<ReleaseView['build']>;

/** What a build told of itself: a line for each thing that is known, then what failed and the last lines before it did. */
export function buildText({ build, machine }: ReleaseView, before: z.infer<typeof ReleaseAnswer>['before']): string {
  if (!build) return '';
  const { id, tests, image, logUrl, cents, compute } = build;
  const ranOn = compute ? `${compute.type} ${compute.size}` : machine?.size;
  const change = image && before && `, ${changeWords(image.bytes, before.bytes)} that of ${before.commit.slice(0, 10)}`;
  const lines: [string, string | undefined][] = [
    ['BUILD', [id, lastedText(build)].filter(Boolean).join(', ')],
    ['MACHINE', [ranOn, machine?.why].filter(Boolean).join(': ') || undefined],
    ['COST', cents === undefined ? undefined : centsWords(cents)],
    ['CACHE', cacheWords(build)],
    ['TESTS', tests && testsWords(tests)],
    ['IMAGE', image && `${sizeWords(image.bytes)}${change ?? ''}`],
    ['LOG', logUrl],
  ];
  const known = lines.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]));
  return [columns(known), stepsText(build), failuresText(build), slowestText(build), tailText(build)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function lastedText({ startedAt, finishedAt }: Build): string | undefined {
  return finishedAt && `took ${duration(Date.parse(finishedAt) - Date.parse(startedAt))}`;
}

function stepsText({ steps = [] }: Build): string {
  if (steps.length === 0) return '';
  const rows = steps.map(({ name, seconds, result }) => [
    name,
    secondsText(seconds),
    result === 'failed' ? result : '',
  ]);
  return columns([['STEP', 'TOOK', ''], ...rows]);
}

function failuresText({ tests }: Build): string {
  const failures = tests?.failures ?? [];
  const more = (tests?.failed ?? 0) - failures.length;
  const texts = failures.map(({ name, text }) => [`✗ ${name}`, ...indented(text)].join('\n'));
  return [...texts, ...(failures.length > 0 && more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function slowestText({ tests }: Build): string {
  const slowest = tests?.slowest ?? [];
  if (slowest.length === 0) return '';
  return `Slowest: ${slowest.map(({ name, seconds }) => `${name} (${secondsText(seconds)})`).join(', ')}`;
}

function tailText({ tail }: Build): string {
  return tail ? [`The last lines of ${tail.step}:`, ...tail.lines.map((line) => `  ${line}`)].join('\n') : '';
}

const indented = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [`    ${line}`]));

function secondsText(seconds: number): string {
  if (seconds < 0.095) return `${Math.round(seconds * 1_000)} ms`;
  return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
