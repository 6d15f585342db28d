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
  rust: (name: string, version: string, to: string) => copy(join(vendored(name, version, to), name), to),
  /**
   * What is published of a workspace is its members, one by one (cargo leaves them out of each other's package). Here they lie in one
   * again, and each uses its neighbours as they lie there.
   */
  workspace: (name: string, version: string, to: string) => {
    const vendor = vendored(name, version, to);
    const members = readdirSync(vendor).filter((member) => /^(ripgrep|globset|ignore|grep(-.*)?)$/.test(member));
    for (const member of members) copy(join(vendor, member), join(to, 'crates', member));
    const paths = members.map((member) => `${member} = { path = "crates/${member}" }`);
    const manifest = `[workspace]\nresolver = "2"\nmembers = ["crates/*"]\n[patch.crates-io]\n${paths.join('\n')}\n`;
    writeFileSync(join(to, 'Cargo.toml'), manifest);
    run('cargo', ['generate-lockfile', '--quiet'], to);
  },
};

/** A crate and all that it needs, as `cargo vendor` lays them out: cargo's own way to the sources of a program that is no library. */
function vendored(name: string, version: string, to: string): string {
  const asking = `${to}-asking`;
  mkdirSync(join(asking, 'src'), { recursive: true });
  writeFileSync(join(asking, 'src/lib.rs'), '');
  const manifest = `[package]\nname = "asking"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = "=${version}"\n`;
  writeFileSync(join(asking, 'Cargo.toml'), manifest);
  run('cargo', ['vendor', '--quiet', 'vendor'], asking);
  return join(asking, 'vendor');
}

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
