import type { fetchPackage } from './fetch-package.ts';

/** A program that others published, and how it is built: as it is, or with what codebases.yml may say of a step (`said`). */
export type Program = {
  language: 'dockerfile' | 'node' | 'go' | 'python' | 'rust';
  from: keyof typeof fetchPackage;
  name: string;
  version: string;
  /** What it shows that another would not. */
  what: string;
  said?: Record<string, string>;
  /** What is added to its files; `{base}` becomes the Debian base. */
  files?: Record<string, string>;
  words: string[];
  answers: RegExp;
};

/** A newer compiler than a crate's knows warnings that its authors did not. */
const clippy = { DROVER_STEP_CLIPPY: 'cargo clippy --locked' };

export const published: Program[] = [
  {
    language: 'node',
    from: 'npm',
    name: 'nanoid',
    version: '3.3.11',
    what: 'as it is',
    words: ['--size', '7'],
    answers: /^[\w-]{7}$/,
  },
  {
    language: 'node',
    from: 'npm',
    name: 'uglify-js',
    version: '3.19.3',
    what: 'without tests of its own',
    // What is published has no tests of its own.
    said: { DROVER_STEP_TEST: 'node bin/uglifyjs --version' },
    words: ['--version'],
    answers: /^uglify-js 3\.19\.3$/,
  },
  {
    language: 'go',
    from: 'go',
    name: 'github.com/rakyll/hey',
    version: 'v0.1.5',
    what: 'formatted by an older gofmt',
    // Formatted as an older gofmt did it.
    said: { DROVER_STEP_FMT: 'true' },
    words: ['-h'],
    answers: /Usage: hey \[options\.\.\.\] <url>/,
  },
  {
    language: 'python',
    from: 'python',
    name: 'sqlparse',
    version: '0.5.3',
    what: 'with pytest brought by a step',
    // It names pytest nowhere that is read, so the step brings it.
    said: {
      DROVER_STEP_TEST:
        '"$work/venv/bin/python" -m pip install --quiet pytest==8.4.2 && "$work/venv/bin/python" -m pytest -q',
    },
    words: ['--version'],
    answers: /^0\.5\.3$/,
  },
  {
    language: 'dockerfile',
    from: 'python',
    name: 'sqlparse',
    version: '0.5.3',
    what: 'in a Dockerfile of its own, with a test stage',
    files: {
      // What is published has none, and no public base is to be had here.
      Dockerfile: [
        'FROM {base} AS test',
        'COPY sqlparse /app/sqlparse',
        'WORKDIR /app',
        `RUN test "$(echo 'select 1' | python3 -m sqlparse -k upper -)" = 'SELECT 1'`,
        'FROM {base}',
        'COPY sqlparse /app/sqlparse',
        'WORKDIR /app',
        'USER 65532',
        'ENTRYPOINT ["python3", "-m", "sqlparse"]',
        '',
      ].join('\n'),
    },
    words: ['--version'],
    answers: /^0\.5\.3$/,
  },
  {
    language: 'rust',
    from: 'rust',
    name: 'b3sum',
    version: '1.8.2',
    what: 'with C and assembly, by the cc crate',
    words: ['--version'],
    answers: /^b3sum 1\.8\.2$/,
    // Its tests want the repository's test vectors.
    said: { ...clippy, DROVER_STEP_TEST: 'true' },
  },
  {
    language: 'rust',
    from: 'workspace',
    name: 'ripgrep',
    version: '14.1.1',
    what: 'a workspace of nine crates',
    words: ['--version'],
    answers: /^ripgrep 14\.1\.1/,
    // Formatted by an older rustfmt, and a newer clippy refuses it; all tests of nine crates take minutes, their examples want files that
    // are not published.
    said: {
      DROVER_STEP_FMT: 'true',
      DROVER_STEP_CLIPPY: 'true',
      DROVER_STEP_TEST: 'cargo test --locked -p globset --lib',
      DROVER_STEP_DOCTEST: 'true',
    },
  },
  {
    language: 'rust',
    from: 'rust',
    name: 'xh',
    version: '0.24.1',
    what: 'with more than 200 crates',
    words: ['--version'],
    answers: /^xh 0\.24\.1/,
    // Each of them would compile 200 crates more, and its tests want a network.
    said: { DROVER_STEP_CLIPPY: 'true', DROVER_STEP_TEST: 'true' },
  },
];
