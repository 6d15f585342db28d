import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Ways to credentials that no Lambda function goes: its role's keys are in the environment, which the SDK asks first
 * (`@aws-sdk/credential-provider-node`, defaultProvider). Each is imported on demand only, so outside the bundle it costs nothing.
 */
export const neverOnLambda = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/token-providers',
  '@smithy/credential-provider-imds',
];

/** For operations that stream events. Only S3's client asks for it before one is called. */
export const eventStreams = '@smithy/core/event-streams';

/**
 * Leaves out of a bundle what esbuild cannot see to be unused. For the webhook, gzip of the code, measured one after the other:
 * credentials −37 kB, schemas and their errors −11 kB, versions −2 kB.
 */
export const slim: Plugin = {
  name: 'slim',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => ({
      contents: slimSchemas(await readFile(path, 'utf8'), /client-(ssm|sqs)\//.test(path)),
    }));
    // DynamoDB's endpoint discovery, which is off, keeps endpoints in it: the same by a Map is 2 kB less of the zip.
    build.onLoad({ filter: /\/mnemonist\/lru-cache\.js$/ }, () => ({
      contents:
        'module.exports = class extends Map { constructor() { super(); } peek(key) { return this.get(key); } };',
    }));
    // A client reads only its version, for the user agent.
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
      const { name, version }: { name: string; version: string } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    });
  },
};

/**
 * A key `[_e]` is a string said elsewhere in the file; said in place, esbuild sees that an unused schema has no effect.
 * `namelessErrors`: nobody asks which error of the service it was (SSM alone has 140), so the classes need not be known: the
 * SDK then throws its service's general error, with the right name on it.
 */
function slimSchemas(source: string, namelessErrors: boolean): string {
  const strings = new Map([...source.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]));
  const plain = source.replaceAll(/\[(_\w+)\]:/g, (whole, name: string) => {
    const text = strings.get(name);
    return text === undefined ? whole : `${text}:`;
  });
  return namelessErrors
    ? plain.replaceAll(/^n0_registry\.registerError/gm, '/* @__PURE__ */ n0_registry.registerError')
    : plain;
}
