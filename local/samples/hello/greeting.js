/** What the service says. Change it, commit, push. */
export const greeting = (commit) => `hello from ${commit}\n`;
