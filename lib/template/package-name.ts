/** cargo new: "the name `…` cannot be used as a package name", https://github.com/rust-lang/cargo/blob/master/src/cargo/util/restricted_names.rs */
const rustKeywords =
  'abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe unsized use virtual where while yield';
/** Crates that every program has, and folders that Cargo makes beside the program. */
const rustTaken = 'alloc core proc-macro std test build deps examples incremental';
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file; Go refuses them everywhere (golang.org/x/mod/module, CheckPath). */
const windows = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/;

const rustRefuses = new Set(`${rustKeywords} ${rustTaken}`.split(' '));

/** The codebases' names that a language's tools refuse or read as something else. The others take every one that drover does. */
const refused: Record<string, (name: string) => boolean> = {
  // A last element like v2 is a major version, and of /internal and /vendor/ there are rules: https://go.dev/ref/mod#go-mod-file-ident
  go: (name) => /^v\d+$|^internal$|^vendor$/.test(name) || windows.test(name),
  rust: (name) => /^\d/.test(name) || rustRefuses.has(name) || windows.test(name),
};

/** What a codebase is called in its language's manifest: its own name, or `service-<name>` where the language cannot have that. */
export const packageName = (language: string, name: string): string =>
  refused[language]?.(name) === true ? `service-${name}` : name;
