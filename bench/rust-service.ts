import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { artifactsOf, executableOf } from '../lib/build/cache/cargo-proof.ts';
import { type GitRepository, gitRepository } from '../test/codebuild/git-repository.ts';

/** What a build of the service made: the packages that were compiled, and what the program says when it is asked. */
export type Made = { compiled: number; says: string };

/** An axum service of about 60 crates; `more`: further lines of its dependencies. */
export const manifest = (version: string, more = ''): string => `[package]
name = "probe"
version = "${version}"
edition = "2021"
[dependencies]
axum = "0.8"
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", features = ["full"] }
${more}`;

/** Its program, with the routes of so many modules. */
export const main = (says: string, modules = 0): string => `${numbered(modules, (n) => `mod m${n};\n`)}
#[tokio::main]
async fn main() {
    if std::env::args().nth(1).as_deref() == Some("says") {
        println!("${says}");
        return;
    }
    let app = axum::Router::new().route("/", axum::routing::get(|| async { axum::Json(serde_json::json!({ "says": "${says}" })) }))
        ${numbered(modules, (n) => `.merge(m${n}::routes())`)};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
`;

/** One module: a type that is read and written as JSON, three routes, a test. */
export const module = (n: number, says: string): string => `use axum::{extract::Path, routing::get, Json, Router};
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Default)]
pub struct Item${n} { pub id: u64, pub name: String, pub tags: Vec<String>, pub extra: std::collections::BTreeMap<String, Option<f64>> }
async fn list() -> Json<Vec<Item${n}>> { Json((0..3).map(|id| Item${n} { id, name: "${says}".into(), ..Default::default() }).collect()) }
async fn one(Path(id): Path<u64>) -> Json<Item${n}> { Json(Item${n} { id, ..Default::default() }) }
async fn put(Path(id): Path<u64>, Json(mut item): Json<Item${n}>) -> Json<Item${n}> { item.id = id; item.tags.sort(); Json(item) }
pub fn routes() -> Router { Router::new().route("/m${n}", get(list)).route("/m${n}/{id}", get(one).put(put)) }
#[cfg(test)]
mod tests { use super::*; #[test] fn round() { let a = Item${n}::default(); assert_eq!(serde_json::from_str::<Item${n}>(&serde_json::to_string(&a).unwrap()).unwrap(), a); } }
`;

export const modules = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`src/m${n}.rs`, module(n, 'item')]));

const numbered = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n)).join('');

/** Its repository. `commit` also makes the lockfile and fetches what is new in it, so that no time is the network's. */
export function serviceAt(folder: string): GitRepository {
  const origin = gitRepository(folder);
  const commit = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries({ '.gitignore': 'target\n', ...files })) {
      mkdirSync(dirname(join(origin.folder, path)), { recursive: true });
      writeFileSync(join(origin.folder, path), text);
    }
    execFileSync('cargo', ['fetch'], { cwd: origin.folder, stdio: 'ignore' });
    return origin.commit({});
  };
  return { ...origin, commit };
}

/** A release build of what is checked out; incremental where asked for. */
export async function cargoBuild(root: string, incremental: '0' | '1' = '0'): Promise<Made> {
  const args = ['build', '--release', '--locked', '--offline', '--message-format', 'json'];
  const env = { ...process.env, CARGO_INCREMENTAL: incremental };
  const { stdout } = await promisify(execFile)('cargo', args, { cwd: root, env, maxBuffer: 100_000_000 });
  const artifacts = artifactsOf(stdout);
  const compiled = new Set(artifacts.filter(({ fresh }) => !fresh).map(({ package_id }) => package_id));
  const says = execFileSync(executableOf(artifacts, 'probe'), ['says'], { encoding: 'utf8' }).trim();
  return { compiled: compiled.size, says };
}
