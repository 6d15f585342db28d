import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { junitCases } from '../../lib/build/junit.ts';
import type { Build, Report } from './build.ts';
import type { Buildspec } from './buildspec.ts';
import { filesOf } from './kept-files.ts';

/** The JUnit reports that a build left; other formats and empty ones are INCOMPLETE. A report holds at most 500 cases (CodeBuild's quota). */
export async function readReports(build: Build, buildspec: Buildspec, source: string): Promise<Report[]> {
  const reports: Report[] = [];
  for (const [name, report] of Object.entries(buildspec.reports ?? {})) {
    const base = join(source, report['base-directory'] ?? '.');
    const files = report['file-format'] === 'JUNITXML' ? await filesOf(base, report.files) : [];
    const cases = (await Promise.all(files.map((file) => readFile(join(base, file), 'utf8')))).flatMap(junitCases);
    const count = (status: string) => cases.filter((one) => one.status === status).length;
    const failed = count('failed');
    reports.push({
      name,
      arn: build.arn.replace(/build\/.*/, `report/${build.projectName}-${name}:${build.id.split(':')[1]}`),
      status: cases.length === 0 ? 'INCOMPLETE' : failed > 0 ? 'FAILED' : 'SUCCEEDED',
      total: cases.length,
      failed,
      skipped: count('skipped'),
      cases: cases.slice(0, 500),
    });
  }
  return reports;
}
