import { describe, expect, it } from 'vitest';
import { parseHerd } from '../../lib/codebase/parse-herd.ts';

const fleet = 'arn:aws:codebuild:eu-central-1:111122223333:fleet/herd:0a1b2c3d-0000-4000-8000-000000000000';
const read = (defaults: string, entry: string, language = 'node') =>
  parseHerd(
    `defaults: { organisation: flock${defaults} }\ncodebases:\n  - { name: shop, language: ${language}${entry} }`,
  );
function machine(defaults: string, entry: string, language?: string) {
  const parsed = read(defaults, entry, language);
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  const { compute, fleet: its, platforms, buildTimeoutMinutes } = parsed.herd.codebases[0] ?? {};
  return { compute, fleet: its, platforms, buildTimeoutMinutes };
}
function told(defaults: string, entry: string, language?: string): string[] {
  const parsed = read(defaults, entry, language);
  return parsed.kind === 'problems' ? parsed.problems.map(({ message }) => message) : [];
}

describe('the machine of a codebase', () => {
  const arm = ['linux/arm64'];

  it.each([
    ['', '', { compute: 'auto', platforms: arm, buildTimeoutMinutes: 30 }],
    [', compute: large', '', { compute: 'large' }],
    [', compute: large', ', compute: auto', { compute: 'auto' }],
    ['', ', compute: 2xlarge, platforms: [linux/amd64]', { compute: '2xlarge', platforms: ['linux/amd64'] }],
    [', platforms: [linux/amd64]', ', platforms: [linux/arm64, linux/amd64]', { platforms: [...arm, 'linux/amd64'] }],
    [`, fleet: "${fleet}"`, '', { compute: 'auto', fleet }],
    [`, fleet: "${fleet}"`, ', compute: small', { compute: 'small', fleet: undefined }],
    [', compute: large', `, fleet: "${fleet}"`, { compute: 'auto', fleet }],
    [', buildTimeout: 2h', ', compute: lambda-2gb', { compute: 'lambda-2gb', buildTimeoutMinutes: 15 }],
  ])('defaults%s, entry%s', (defaults, entry, expected) => {
    expect(machine(defaults, entry)).toMatchObject(expected);
  });
});

describe('a machine that there is not', () => {
  it.each([
    ['', ', compute: 72', 'node', ['72 cores: “2xlarge” on linux/amd64 (72)']],
    ['', ', compute: 8 cores', 'node', ['“large” on linux/arm64 (8), “large” on linux/amd64 (8)']],
    ['', ', compute: 96', 'node', ['expected one of auto, small']],
    ['', ', compute: meduim', 'node', ['unknown compute “meduim”. Did you mean “medium”?']],
    ['', ', compute: lambda', 'node', ['Known: auto, small, medium', 'lambda-2gb']],
    ['', ', compute: lambda-2gb', 'rust', ['rust is not built on Lambda: its images have neither Rust nor']],
    ['', ', compute: lambda-2gb', 'go', ['go is not built on Lambda', 'has no Node', 'write “compute: auto”']],
    [', compute: lambda-4gb', '', 'python', ['python is not built on Lambda']],
    ['', ', compute: lambda-2gb, buildTimeout: 10m', 'node', ['Lambda ends every build after 15 minutes']],
    ['', `, compute: large, fleet: "${fleet}"`, 'node', ['a fleet have the size that it was made with']],
    [`, compute: large, fleet: "${fleet}"`, '', 'node', ['leave “compute” out, or “fleet”']],
    ['', ', fleet: herd', 'node', ['“herd”: write the fleet’s ARN, arn:aws:codebuild:']],
    ['', ', platforms: [linux/arm]', 'node', ['“linux/arm”', 'Did you mean “linux/arm64”?']],
    ['', ', platforms: []', 'node', ['an empty list']],
    ['', ', platforms: linux/amd64', 'node', ['expected a list, found the text “linux/amd64”']],
    ['', ', platforms: [linux/arm64, linux/arm64]', 'node', ['“linux/arm64” is in this list twice']],
  ])('defaults%s, entry%s of %s: one line that says what would be right', (defaults, entry, language, says) => {
    const lines = told(defaults, entry, language);
    expect(lines).toHaveLength(1);
    for (const said of says) expect(lines[0]).toContain(said);
  });
});
