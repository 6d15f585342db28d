import type { Parameters } from '../../lambda/parameters.ts';

const names = ['github-webhook-secret', 'github-webhook-secret-previous'] as const;

export type WebhookSecrets = {
  /** The current secret, then the previous one while it is rotated. */
  secrets: () => Promise<string[]>;
  /** The same, read anew; at most once a minute. */
  refreshSecrets: () => Promise<string[]>;
};

/** The webhook's secrets out of the parameter store; none where none is stored, and then no signature holds. */
export function webhookSecrets({ get, refresh }: Parameters): WebhookSecrets {
  const all = async (read: Parameters['get']) =>
    (await Promise.all(names.map((name) => read(name)))).filter((secret) => secret !== undefined);
  return { secrets: () => all(get), refreshSecrets: () => all(refresh) };
}
