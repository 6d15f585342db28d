/** What a test report says: the cases with their names, seconds and, where they failed, the text. */
export type TestCase = {
  name: string;
  suite: string;
  status: 'passed' | 'failed' | 'skipped';
  seconds: number;
  text?: string;
};

/**
 * The cases of a JUnit XML report (the de facto schema of Jenkins and Surefire, which CodeBuild's JUNITXML also reads). Only
 * `testcase` and its `failure`, `error` and `skipped` count; text that is not such a report has no cases.
 */
export function junitCases(xml: string): TestCase[] {
  const cases: TestCase[] = [];
  for (const [, attributes = '', empty, inner = ''] of xml.matchAll(
    /<testcase\b((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?:(\/)>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const of = (name: string) => attributeOf(attributes, name);
    const fault = empty ? undefined : faultOf(inner);
    cases.push({
      name: of('name') ?? '',
      suite: of('classname') ?? '',
      status: fault !== undefined ? 'failed' : !empty && /<skipped\b/.test(inner) ? 'skipped' : 'passed',
      seconds: Number(of('time') ?? 0) || 0,
      ...(fault === undefined ? {} : { text: fault }),
    });
  }
  return cases;
}

/** The message of a failure, or its text where it has none. */
function faultOf(inner: string): string | undefined {
  const [, , attributes = '', body = ''] =
    /<(failure|error)\b((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?:\/>|>([\s\S]*?)<\/\1>)/.exec(inner) ?? [];
  if (!/<(failure|error)\b/.test(inner)) return undefined;
  return (attributeOf(attributes, 'message') ?? plain(body)).trim();
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : plain(value);
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const plain = (text: string): string =>
  text
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, inner: string) => inner.replaceAll('&', '&amp;'))
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
      if (name) return entities[name] ?? whole;
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
