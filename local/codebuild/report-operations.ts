import type { Build, Report } from './build.ts';
import { BatchGetReportsRequest, DescribeTestCasesRequest, ServiceError } from './requests.ts';

const statusOf = { passed: 'SUCCEEDED', failed: 'FAILED', skipped: 'SKIPPED' };

/** BatchGetReports and DescribeTestCases, of the reports that the builds carry. */
export function reportOperations(builds: () => Build[]) {
  const find = (arn: string) =>
    builds()
      .map((build) => ({ build, report: build.reports.find((one) => one.arn === arn) }))
      .find(({ report }) => report !== undefined);

  return {
    BatchGetReports: (input: unknown) => {
      const { reportArns } = BatchGetReportsRequest.parse(input);
      return {
        reports: reportArns.flatMap((arn) => {
          const { build, report } = find(arn) ?? {};
          return build && report ? [wireReport(build, report)] : [];
        }),
        reportsNotFound: reportArns.filter((arn) => !find(arn)),
      };
    },
    DescribeTestCases: (input: unknown) => {
      const { reportArn, filter, maxResults, nextToken } = DescribeTestCasesRequest.parse(input);
      const { report } = find(reportArn) ?? {};
      if (!report) throw new ServiceError('ResourceNotFoundException', `Report cannot be found: ${reportArn}`);
      const cases = report.cases
        .filter(({ status }) => filter?.status === undefined || statusOf[status] === filter.status)
        .filter(({ name, suite }) => `${suite}.${name}`.includes(filter?.keyword ?? ''));
      const from = Number(nextToken ?? 0);
      return {
        testCases: cases.slice(from, from + maxResults).map(({ name, suite, status, seconds, text }) => ({
          reportArn,
          name,
          prefix: suite,
          status: statusOf[status],
          durationInNanoSeconds: Math.round(seconds * 1e9),
          ...(text === undefined ? {} : { message: text }),
        })),
        ...(cases.length > from + maxResults ? { nextToken: String(from + maxResults) } : {}),
      };
    },
  };
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Report.html */
function wireReport(build: Build, { name, arn, status, total, failed, skipped, cases }: Report): object {
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  return {
    arn,
    name,
    type: 'TEST',
    executionId: build.arn,
    status,
    created: (build.endTime ?? build.startTime) / 1_000,
    testSummary: {
      total,
      statusCounts: { SUCCEEDED: total - failed - skipped, FAILED: failed, SKIPPED: skipped, ERROR: 0, UNKNOWN: 0 },
      durationInNanoSeconds: Math.round(seconds * 1e9),
    },
  };
}
