import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { Kubeconfig } from '../../lib/cluster/kubernetes/kubeconfig.ts';

const References = z.looseObject({
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
 * once, now: a credential that such a command gives for a short time lasts no longer. Throws where the file or what it names is not to be had.
 */
export function readKubeconfig(path: string): Kubeconfig {
  const whole = References.parse(parse(readFileSync(path, 'utf8')));
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
