import { XMLParser } from 'fast-xml-parser';
import { junitCases, type TestCase } from '../../lib/build/junit.ts';
import type { BuildspecReport } from './buildspec.ts';
import { cucumberCases } from './cucumber.ts';

/** The readers of https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html's test formats; those of code coverage have none here. */
export const readerOf: Partial<Record<BuildspecReport['file-format'], (text: string) => TestCase[]>> = {
  JUNITXML: junitCases,
  CUCUMBERJSON: cucumberCases,
  NUNITXML: (text) => casesOf(text, 'test-case', nunit),
  NUNIT3XML: (text) => casesOf(text, 'test-case', nunit3),
  TESTNGXML: (text) => casesOf(text, 'class', testng),
  VISUALSTUDIOTRX: (text) => casesOf(text, 'UnitTestResult', trx),
};

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
});

/** Every element of a name, wherever it lies, as what its reader makes of it; nothing where the text is no XML. */
function casesOf(text: string, name: string, read: (element: unknown) => TestCase[]): TestCase[] {
  let document: unknown;
  try {
    document = parser.parse(text);
  } catch {
    return [];
  }
  return elements(document, name).flatMap(read);
}

function elements(node: unknown, name: string): unknown[] {
  if (Array.isArray(node)) return node.flatMap((one) => elements(one, name));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === name ? [value].flat() : elements(value, name)));
}

/** The text below a path of names, the first of several; an attribute is `@name`. */
function textAt(node: unknown, ...path: string[]): string | undefined {
  let at: unknown = node;
  for (const name of path) {
    if (Array.isArray(at)) at = at[0];
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  if (Array.isArray(at)) at = at[0];
  if (typeof at === 'object' && at !== null) return textAt(at, '#text');
  return at === undefined ? undefined : String(at).trim();
}

function caseOf(name: string, suite: string, status: TestCase['status'], seconds: number, text?: string): TestCase[] {
  return [{ name, suite, status, seconds: seconds || 0, ...(status === 'failed' && text ? { text } : {}) }];
}

/** https://docs.nunit.org/2.6.4/files/Results.xsd of NUnit 2: `result` is Success, Failure, Error, Ignored, NotRunnable, Inconclusive or Skipped. */
function nunit(one: unknown): TestCase[] {
  const result = textAt(one, '@result') ?? (textAt(one, '@success')?.toLowerCase() === 'true' ? 'Success' : 'Failure');
  const bad = /^(Failure|Error|NotRunnable|Cancelled)$/.test(result);
  const executed = textAt(one, '@executed')?.toLowerCase() !== 'false';
  const status = bad && executed ? 'failed' : result === 'Success' ? 'passed' : 'skipped';
  return caseOf(
    textAt(one, '@name') ?? '',
    '',
    status,
    Number(textAt(one, '@time')),
    textAt(one, 'failure', 'message'),
  );
}

/** https://docs.nunit.org/articles/nunit/technical-notes/usage/Test-Result-XML-Format.html: Passed, Failed, Inconclusive, Skipped, Warning. */
function nunit3(one: unknown): TestCase[] {
  const result = textAt(one, '@result') ?? '';
  const status = result === 'Failed' ? 'failed' : /^(Passed|Warning)$/.test(result) ? 'passed' : 'skipped';
  const [name, suite] = [textAt(one, '@name') ?? '', textAt(one, '@classname') ?? ''];
  return caseOf(name, suite, status, Number(textAt(one, '@duration')), textAt(one, 'failure', 'message'));
}

/** https://testng.org/#_xml_reports: a class has test methods, among them those that only prepare (`is-config`). */
function testng(one: unknown): TestCase[] {
  return elements(one, 'test-method').flatMap((method) => {
    if (textAt(method, '@is-config') === 'true') return [];
    const said = textAt(method, '@status') ?? '';
    const status = said === 'PASS' ? 'passed' : said === 'FAIL' ? 'failed' : 'skipped';
    const text = textAt(method, 'exception', 'message') ?? textAt(method, 'exception', '@class');
    const seconds = Number(textAt(method, '@duration-ms')) / 1_000;
    return caseOf(textAt(method, '@name') ?? '', textAt(one, '@name') ?? '', status, seconds, text);
  });
}

/** Visual Studio's TRX (vstst.xsd): `outcome`, and a duration as `hh:mm:ss.fffffff`. */
function trx(one: unknown): TestCase[] {
  const outcome = textAt(one, '@outcome') ?? '';
  const bad = /^(Failed|Error|Timeout|Aborted)$/.test(outcome);
  const status = bad ? 'failed' : outcome === 'Passed' ? 'passed' : 'skipped';
  const [hours = 0, minutes = 0, seconds = 0] = (textAt(one, '@duration') ?? '').split(':').map(Number);
  const text = textAt(one, 'Output', 'ErrorInfo', 'Message');
  return caseOf(textAt(one, '@testName') ?? '', '', status, hours * 3_600 + minutes * 60 + seconds, text);
}
