/** What the service says. Change it, commit, push. */
export const greeting = (commit) => `codebase-name from ${commit}\n`;
