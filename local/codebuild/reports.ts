import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build, Report } from './build.ts';
import type { Buildspec } from './buildspec.ts';
import { baseDirectories, filesOf } from './file-pattern.ts';
import { readerOf } from './report-formats.ts';

/** "A project can have a maximum of five report groups." */
const groups = 5;
/** CodeBuild's quota of cases in one report. */
const most = 500;

/**
 * The reports that a build left. One whose format has no reader here, or without a case, is INCOMPLETE; `tell` gets a line for the
 * first. A name may hold variables ("such as `$REPORT_GROUP_NAME`"), or be the ARN of a group.
 */
export async function readReports(
  build: Build,
  buildspec: Buildspec,
  source: string,
  expand: (text: string) => Promise<string>,
  tell: (line: string) => void,
): Promise<Report[]> {
  const reports: Report[] = [];
  const all = Object.entries(buildspec.reports);
  if (all.length > groups) tell(`reports: a project has at most ${groups} report groups: the others are left out`);
  for (const [written, report] of all.slice(0, groups)) {
    const name = (written.includes('$') ? await expand(written) : written).replace(/^arn:.*:report-group\//, '');
    const read = readerOf[report['file-format']];
    if (!read) tell(`reports.${name}: ${report['file-format']} is not read here`);
    const bases = await baseDirectories(source, report['base-directory']);
    const paths = await Promise.all(
      bases.map(async (base) => (await filesOf(base, report.files)).map((file) => join(base, file))),
    );
    const texts = await Promise.all((read ? paths.flat() : []).map((path) => readFile(path, 'utf8')));
    if (read && texts.length === 0) tell(`reports.${name}: no file matches ${report.files.join(', ')}`);
    const cases = read ? texts.flatMap(read) : [];
    if (texts.length > 0 && cases.length === 0) tell(`reports.${name}: no test in it as ${report['file-format']}`);
    const count = (status: string) => cases.filter((one) => one.status === status).length;
    const failed = count('failed');
    const group = written.startsWith('arn:') ? name : `${build.projectName}-${name}`;
    reports.push({
      name,
      arn: build.arn.replace(/build\/.*/, `report/${group}:${build.id.split(':')[1]}`),
      status: cases.length === 0 ? 'INCOMPLETE' : failed > 0 ? 'FAILED' : 'SUCCEEDED',
      total: cases.length,
      failed,
      skipped: count('skipped'),
      cases: cases.slice(0, most),
    });
  }
  return reports;
}
