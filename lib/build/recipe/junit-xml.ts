import type { TestCase } from '../junit.ts';

/** The cases as a JUnit report that `junitCases` and CodeBuild read. */
export function junitXml(cases: TestCase[]): string {
  const lines = cases.map(({ name, suite, status, seconds, text }) => {
    const open = `<testcase name="${escaped(name)}" classname="${escaped(suite)}" time="${seconds}"`;
    if (status === 'passed') return `${open}/>`;
    if (status === 'skipped') return `${open}><skipped/></testcase>`;
    return `${open}><failure message="${escaped(text ?? '')}"/></testcase>`;
  });
  const failed = cases.filter(({ status }) => status === 'failed').length;
  const head = `<testsuite name="tests" tests="${cases.length}" failures="${failed}" errors="0">`;
  return `<?xml version="1.0" encoding="utf-8"?>\n${head}\n${lines.join('\n')}\n</testsuite>\n`;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    // What XML 1.0 cannot hold.
    .replace(/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?');
