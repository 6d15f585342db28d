import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Source distributions as their registries' own clients fetch them, each laid out in the folder given. */
export const fetchPackage = {
  npm: (name: string, version: string, to: string) => {
    run('npm', ['pack', '--silent', '--pack-destination', to, `${name}@${version}`], to);
    unpack(to, '.tgz');
    run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], to);
    writeFileSync(join(to, '.gitignore'), 'node_modules\n');
  },
  go: (name: string, version: string, to: string) => {
    const answer = run('go', ['mod', 'download', '-json', `${name}@${version}`], to);
    copy(z.object({ Dir: z.string() }).parse(JSON.parse(answer)).Dir, to);
  },
  python: (name: string, version: string, to: string) => {
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', name, `${name}==${version}`], to);
    unpack(to, '.tar.gz');
  },
  rust: (name: string, version: string, to: string) => {
    const asking = `${to}-asking`;
    mkdirSync(join(asking, 'src'), { recursive: true });
    writeFileSync(join(asking, 'Cargo.toml'), `[package]\nname = "asking"\nversion = "0.0.0"\nedition = "2021"\n`);
    writeFileSync(join(asking, 'src/lib.rs'), '');
    // Vendoring takes binaries too, which a fetch as a dependency would warn of; it is cargo's own way to a crate's source.
    const manifest = `[package]\nname = "asking"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = "=${version}"\n`;
    writeFileSync(join(asking, 'Cargo.toml'), manifest);
    run('cargo', ['vendor', '--quiet', 'vendor'], asking);
    copy(join(asking, 'vendor', name), to);
  },
};

const run = (program: string, words: string[], cwd: string): string =>
  execFileSync(program, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** The archive in the folder, its one folder's contents beside it, and the archive gone. */
function unpack(folder: string, ending: string): void {
  const archive = readdirSync(folder).find((name) => name.endsWith(ending));
  if (archive === undefined) throw new Error(`nothing was fetched into ${folder}`);
  run('tar', ['-xzf', archive, '--strip-components=1'], folder);
  run('rm', [archive], folder);
}

/** Caches are read-only; a repository's files are not. */
function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  run('chmod', ['-R', 'u+w', to], to);
  run('rm', ['-f', '.cargo-checksum.json', '.cargo_vcs_info.json'], to);
}
