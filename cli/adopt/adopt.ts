import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { lineOf, withCodebase } from '../../lib/codebase/add-codebase.ts';
import { parseHerd, problemLines } from '../../lib/codebase/parse-herd.ts';
import { writeWhole } from '../../local/disk/write-whole.ts';
import { Refused } from '../api-client.ts';
import { gitOrRefused } from '../git.ts';
import { readHerdText } from '../herd-text.ts';
import { languageGiven } from '../language-given.ts';
import type { CliServices } from '../services.ts';
import { shownPath } from '../shown-path.ts';
import type { TakeWord } from '../usage.ts';
import { examineFiles, examinePlace, languageOf } from './examine.ts';
import { type Finding, missing, note } from './finding.ts';
import { examineAs } from './languages.ts';
import { lookAtRepository } from './repository.ts';

type Options = Record<string, string | undefined>;

/**
 * Looks at a repository with the recipe's eyes: a line for each thing, the line for `codebases.yml` last. With `--add` that file gets it,
 * and `npm start`, where it runs, a clone to work with. The repository itself is never changed.
 */
export async function adopt(
  word: TakeWord,
  options: Options,
  services: CliServices,
): Promise<{ text: string; code: 0 | 1 }> {
  const folder = realpathOf(resolve(services.folder, word('PATH')));
  word.end();
  const herdFile = resolve(services.folder, options.herd ?? 'codebases.yml');
  const [shown, herdShown] = [shownPath(services.folder, folder), shownPath(services.folder, herdFile)];
  const herdText = readHerdText(herdFile, options.herd);
  const herd = parseHerd(herdText);
  if (herd.kind === 'problems') throw new Refused(problemLines(herdShown, herd.problems).join('\n'));
  const repository = await lookAtRepository(services.git, folder, shown);
  const { language, finding } = languageOf(repository, languageGiven(options.language));
  if (language === undefined) return { text: textOf([finding]), code: 1 };

  const { DROVER_CODEBASES: clones } = services.env;
  const { name, package: chosen, binary } = options;
  const given = { ...(name && { name }), ...(chosen && { package: chosen }), ...(binary && { binary }) };
  const place = examinePlace(repository, herd.file, {
    ...given,
    language,
    folderName: basename(folder),
    github: services.env.DROVER_GITHUB,
    isHere: clones !== undefined,
  });
  const asked = { codebase: place.entry?.name ?? basename(folder), package: chosen, binary };
  const isThere = herd.file.codebases.some(({ name: one }) => one === place.entry?.name);
  const added = place.entry && !isThere ? withCodebase(herdText, place.entry) : undefined;
  const findings = [
    finding,
    ...((await examineAs[language]?.(repository, asked, services.program)) ?? []),
    ...examineFiles(repository, language),
    ...place.findings,
    ...(clones === undefined && existsSync(join(dirname(herdFile), '.drover', 'env'))
      ? [note('remote', 'on this machine alone none on GitHub is needed: `. .drover/env` first')]
      : []),
    ...(isThere ? [missing('herd', `${asked.codebase} is in ${herdShown} already: another is added by --name`)] : []),
    ...(added?.kind === 'refused' ? added.reasons.map((reason) => missing('herd', reason)) : []),
  ];
  const isWhole = findings.every(({ kind }) => kind !== 'missing');
  const lines = [textOf(findings)];
  if (place.entry) lines.push('', `${herdShown}: ${lineOf(place.entry)}`);
  if (options.add !== undefined) {
    if (isWhole && added?.kind === 'added') {
      if (clones !== undefined && place.isCloned)
        await cloneTo(join(clones, asked.codebase), folder, place.branch, services);
      // Last: whatever is in the list is whole.
      writeWhole(realpathSync(herdFile), added.text);
    }
    lines.push(isWhole ? nextText(asked.codebase, clones) : 'Nothing is added: what is marked ✗ comes first.');
  }
  return { text: lines.join('\n'), code: isWhole ? 0 : 1 };
}

/** A clone for `npm start`, of what is committed. Throws `Refused` where something is in its place. */
async function cloneTo(clone: string, from: string, branch: string, { git, folder }: CliServices) {
  if (existsSync(clone)) throw new Refused(`${shownPath(folder, clone)} is there already: name another by --name`);
  await gitOrRefused(git, folder, ['clone', '--quiet', '--branch', branch, '--', from, clone]);
}

const nextText = (codebase: string, clones: string | undefined): string =>
  clones === undefined
    ? 'The line is added: commit it, and `npx serverless deploy`.'
    : `The line is added: \`npm start\` builds it and asks you: npm run drover -- logs ${codebase} --follow`;

const realpathOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

const marks = { right: '✓', missing: '✗', note: '·' };
const textOf = (findings: Finding[]): string =>
  findings.map(({ kind, about, text }) => `${marks[kind]} ${about.padEnd(9)} ${text}`).join('\n');
