import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { Kubeconfig } from '../../lib/cluster/kubernetes/kubeconfig.ts';

const References = z.looseObject({
  'current-context': z.string().optional(),
  contexts: z
    .array(z.object({ name: z.string(), context: z.looseObject({ cluster: z.string(), user: z.string() }) }))
    .default([]),
  clusters: z
    .array(
      z.looseObject({ name: z.string(), cluster: z.looseObject({ 'certificate-authority': z.string().optional() }) }),
    )
    .default([]),
  users: z
    .array(
      z.looseObject({
        name: z.string(),
        user: z
          .looseObject({
            'client-certificate': z.string().optional(),
            'client-key': z.string().optional(),
            tokenFile: z.string().optional(),
            exec: z
              .looseObject({
                command: z.string(),
                args: z.array(z.string()).nullish(),
                env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
              })
              .optional(),
          })
          .default({}),
      }),
    )
    .default([]),
});

const ExecCredential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

/**
 * A kubeconfig as drover takes it: YAML parsed, and whatever it only refers to (files beside it, a command that gives a credential) read
 * once, now: a credential that such a command gives for a short time lasts no longer. With `wanted`, only what leads to these clusters (the
 * context of that name, else the current one): of the others nothing is read, run or kept. Throws where the file or what it names is not to be had.
 */
export function readKubeconfig(path: string, wanted?: string[]): Kubeconfig {
  const file = References.parse(parse(readFileSync(path, 'utf8')));
  const names = wanted?.map((name) =>
    file.contexts.some((one) => one.name === name) ? name : file['current-context'],
  );
  const used = file.contexts.filter(({ name }) => names === undefined || names.includes(name));
  const whole = {
    ...file,
    clusters: file.clusters.filter(({ name }) => used.some(({ context }) => context.cluster === name)),
    users: file.users.filter(({ name }) => used.some(({ context }) => context.user === name)),
  };
  const content = (file: string | undefined) => file && readFileSync(resolve(dirname(path), file));
  const clusters = whole.clusters.map(({ name, cluster }) => {
    const ca = content(cluster['certificate-authority']);
    return { name, cluster: { ...cluster, ...(ca && { 'certificate-authority-data': ca.toString('base64') }) } };
  });
  const users = whole.users.map(({ name, user }) => {
    const certificate = content(user['client-certificate']);
    const key = content(user['client-key']);
    const token = content(user.tokenFile);
    return {
      name,
      user: {
        ...user,
        ...(certificate && { 'client-certificate-data': certificate.toString('base64') }),
        ...(key && { 'client-key-data': key.toString('base64') }),
        ...(token && { token: token.toString('utf8').trim() }),
        ...(user.exec && credentialOf(user.exec)),
      },
    };
  });
  return Kubeconfig.parse({ ...whole, clusters, users });
}

/** One that waits for a person to sign in would keep everything else waiting. */
const COMMAND_MS = 60_000;

/** Source: Kubernetes, "client-go credential plugins". */
function credentialOf({
  command,
  args,
  env,
}: NonNullable<z.infer<typeof References>['users'][number]['user']['exec']>) {
  const added = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const printed = execFileSync(command, args ?? [], {
    encoding: 'utf8',
    env: { ...process.env, ...added },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: COMMAND_MS,
  });
  const {
    token,
    clientCertificateData: certificate,
    clientKeyData: key,
  } = ExecCredential.parse(JSON.parse(printed)).status;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    ...(token && { token }),
    ...(certificate && { 'client-certificate-data': base64(certificate) }),
    ...(key && { 'client-key-data': base64(key) }),
  };
}
