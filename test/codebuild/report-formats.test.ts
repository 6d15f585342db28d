// The test formats of the buildspec reference (reports/<group>/file-format), each with one case that passed, failed and was skipped.
import { expect, test } from 'vitest';
import { cucumberCases } from '../../local/codebuild/cucumber.ts';
import { readerOf } from '../../local/codebuild/report-formats.ts';

const step = (status: string, more: object = {}) => ({ result: { status, duration: 500_000_000, ...more } });

const texts = {
  JUNITXML: `<testsuite><testcase classname="s" name="a" time="0.5"/>
    <testcase classname="s" name="b" time="0.5"><failure message="1 &lt; 2"/></testcase>
    <testcase classname="s" name="c"><skipped/></testcase></testsuite>`,
  CUCUMBERJSON: JSON.stringify([
    {
      name: 's',
      elements: [
        { type: 'background', name: 'before all', steps: [step('passed')] },
        { type: 'scenario', name: 'a', steps: [step('passed')] },
        {
          type: 'scenario',
          name: 'b',
          steps: [step('failed', { error_message: '1 < 2' }), { result: { status: 'skipped' } }],
        },
        { type: 'scenario', name: 'c', steps: [{ result: { status: 'pending' } }] },
      ],
    },
  ]),
  NUNITXML: `<?xml version="1.0"?><test-results><test-suite type="Fixture" name="s" result="Failure"><results>
    <test-case name="a" executed="True" result="Success" success="True" time="0.500"/>
    <test-case name="b" executed="True" result="Failure" success="False" time="0.500"><failure><message><![CDATA[1 < 2]]></message><stack-trace/></failure></test-case>
    <test-case name="c" executed="False" result="Ignored"><reason><message>later</message></reason></test-case>
    </results></test-suite></test-results>`,
  NUNIT3XML: `<test-run><test-suite type="TestFixture" name="x"><test-suite>
    <test-case name="a" classname="s" result="Passed" duration="0.5"/>
    <test-case name="b" classname="s" result="Failed" duration="0.5"><failure><message><![CDATA[1 < 2]]></message></failure></test-case>
    <test-case name="c" classname="s" result="Skipped" duration="0"/></test-suite></test-suite></test-run>`,
  TESTNGXML: `<testng-results skipped="1" failed="1"><suite name="x"><test name="y"><class name="s">
    <test-method is-config="true" name="setUp" status="PASS" duration-ms="9"/>
    <test-method name="a" status="PASS" duration-ms="500"/>
    <test-method name="b" status="FAIL" duration-ms="500"><exception class="java.lang.AssertionError"><message><![CDATA[1 < 2]]></message></exception></test-method>
    <test-method name="c" status="SKIP" duration-ms="0"/></class></test></suite></testng-results>`,
  VISUALSTUDIOTRX: `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
    <UnitTestResult testName="a" outcome="Passed" duration="00:00:00.5000000"/>
    <UnitTestResult testName="b" outcome="Failed" duration="00:00:00.5000000"><Output><ErrorInfo><Message>1 &lt; 2</Message></ErrorInfo></Output></UnitTestResult>
    <UnitTestResult testName="c" outcome="NotExecuted"/></Results></TestRun>`,
} as const;

test.each(Object.entries(texts))('%s', (format, text) => {
  const read = Object.entries(readerOf).find(([name]) => name === format)?.[1];
  const suite = /NUNITXML|TRX/.test(format) ? '' : 's';
  expect(read?.(text)).toEqual([
    { name: 'a', suite, status: 'passed', seconds: 0.5 },
    { name: 'b', suite, status: 'failed', seconds: 0.5, text: '1 < 2' },
    { name: 'c', suite, status: 'skipped', seconds: 0 },
  ]);
  for (const other of ['', '<a', '{"a": 1}', '\u0000']) expect(read?.(other)).toEqual([]);
});

test('a step that nobody wrote fails its scenario, and says so', () => {
  const text = JSON.stringify([{ name: 's', elements: [{ name: 'a', steps: [step('undefined')] }] }]);
  expect(cucumberCases(text)).toMatchObject([{ status: 'failed', text: 'a step is undefined' }]);
});

test('a single case is one, and names that repeat stay several', () => {
  expect(readerOf.NUNIT3XML?.('<test-case name="a" result="Passed"/>')).toHaveLength(1);
  expect(readerOf.TESTNGXML?.('<class name="s"><test-method name="a" status="PASS"/></class>')).toHaveLength(1);
});
