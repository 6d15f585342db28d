import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { languages } from '../../lib/codebase/language.ts';
import { newCodebaseFiles } from '../../lib/template/template.ts';
import { writeWhole } from '../../local/disk/write-whole.ts';
import { Refused } from '../api-client.ts';
import type { Git } from '../git.ts';
import { readHerdText } from '../herd-text.ts';
import { languageGiven } from '../language-given.ts';
import type { CliServices } from '../services.ts';
import { shellWord, shownPath } from '../shown-path.ts';
import { type TakeWord, Usage } from '../usage.ts';
import { makeFolder, requireIdentity, type Standing, standingOf } from './folder.ts';
import { gitHubOf, type OnGitHub } from './on-github.ts';
import { type NewPlan, planNew, takenText } from './plan.ts';

type Options = Record<string, string | undefined>;

/**
 * Makes a codebase: its folder with the first commit, its repository on GitHub where there is a token, its line in `codebases.yml`.
 * All that can be refused is looked at before anything is made; what is made already when a later part fails stands, and the same call
 * goes on from there.
 */
export async function newCodebase(word: TakeWord, options: Options, services: CliServices): Promise<string> {
  const name = word('NAME');
  word.end();
  const language = languageOf(options.language);
  const herdFile = resolve(services.folder, options.herd ?? 'codebases.yml');
  const planned = planNew(
    { file: shownPath(services.folder, herdFile), text: readHerdText(herdFile, options.herd) },
    { name, language, organisation: options.organisation },
    newCodebaseFiles,
  );
  if (planned.kind === 'refused') throw new Refused(planned.reasons.join('\n'));
  const { plan } = planned;
  const github = gitHubOf(services, plan.codebase);
  const folder = folderOf(options.folder, name, herdFile, services, github);
  const shown = shownPath(services.folder, folder);
  const standing = await standingOf(services.git, folder, plan.files);
  if (standing === 'other') throw new Refused(`${shown} is not empty: name another place by --folder`);
  if (plan.herdText === undefined && standing !== 'made')
    throw new Refused(takenText(name, shownPath(services.folder, herdFile)));
  if (standing !== 'made') await requireIdentity(services.git, services.folder);
  const isPushed = standing === 'made' && (await hasOrigin(services.git, folder, plan));
  const found = await github?.look(isPushed);

  if (standing !== 'made') await makeFolder(services.git, folder, plan.files, plan.codebase.branch);
  const said = [`${name}, in ${language}:`, folderLine(shown, plan, standing)];
  try {
    if (github && found) said.push(await github.make(folder, found), ...(await github.push(folder, found)));
    // Last: whatever is in the list is whole. A push that came before is delivered to drover once more where it runs.
    if (plan.herdText !== undefined) writeWhole(realpathSync(herdFile), plan.herdText);
    said.push(
      `  ${shownPath(services.folder, herdFile)}: ${plan.line}${plan.herdText === undefined ? ' (it stood there)' : ''}`,
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(`${error.message}\n${said.join('\n')}\nWhat is made stays: the same command goes on from there.`);
  }
  return [...said, '', nextText(plan, shown, github, isNpmStarts(folder, herdFile, services))].join('\n');
}

function languageOf(given: string | undefined): string {
  const language = languageGiven(given);
  if (language === undefined) throw new Usage(`--language is missing: ${languages.join(', ')}`);
  return language;
}

/** Where `npm start` works with it, if that is what it is for; else beside drover's own folder. */
function folderOf(
  given: string | undefined,
  name: string,
  herdFile: string,
  { env, folder }: CliServices,
  github: OnGitHub | undefined,
): string {
  if (given !== undefined) return resolve(folder, given);
  if (env.DROVER_CODEBASES) return resolve(env.DROVER_CODEBASES, name);
  const here = join(dirname(herdFile), '.drover', 'codebases');
  return github === undefined && existsSync(here) ? join(here, name) : resolve(dirname(herdFile), '..', name);
}

async function hasOrigin(git: Git, folder: string, { codebase }: NewPlan): Promise<boolean> {
  const { out } = await git(folder, ['remote', 'get-url', 'origin']);
  return out.endsWith(`/${codebase.repository}.git`);
}

const folderLine = (shown: string, { files, codebase }: NewPlan, standing: Standing): string =>
  `  ${shown}: ${Object.keys(files).length} files, a first commit on ${codebase.branch}${standing === 'made' ? ' (it stood there)' : ''}`;

/** Whether it lies where `npm start` keeps its clones. */
const isNpmStarts = (folder: string, herdFile: string, { env }: CliServices): boolean =>
  [env.DROVER_CODEBASES, join(dirname(herdFile), '.drover', 'codebases')].includes(dirname(folder));

function nextText({ codebase }: NewPlan, shown: string, github: OnGitHub | undefined, isNpmStartsOwn: boolean): string {
  const { name, repository, branch } = codebase;
  if (github?.isLocal) return `\`npm start\` builds it and asks you: npm run drover -- logs ${name} --follow`;
  if (github)
    return [
      'Next: let both GitHub Apps see it (docs/aws.md, “Another codebase”), commit codebases.yml, `npx serverless deploy`.',
      'The first merge after that is built and asked for.',
    ].join('\n');
  const [url, quoted] = [`${codebase.github}/${repository}.git`, shellWord(shown)];
  return [
    isNpmStartsOwn
      ? 'Next, on this machine: `npm start` makes its first push, builds it and asks you; one that runs does so by itself.'
      : `Next, on this machine: \`npm start\` takes it up, in a clone of its own: .drover/codebases/${name}.`,
    `Or on GitHub: make ${repository} there, empty (with GITHUB_TOKEN set, this very command does), then`,
    `  git -C ${quoted} remote add origin ${url} && git -C ${quoted} push -u origin ${branch}`,
  ].join('\n');
}
