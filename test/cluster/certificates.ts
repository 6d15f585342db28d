import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Certificate = { key: string; cert: string };

/** A self-signed certificate, its own CA, for 127.0.0.1 or another address; `expired`: in 2020. Made by openssl. */
export function certificate(name: string, { address = '127.0.0.1', expired = false } = {}): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'drover-certificate-'));
  const openssl = (...args: string[]) => execFileSync('env', ['openssl', ...args], { cwd: folder, stdio: 'ignore' });
  try {
    writeFileSync(join(folder, 'index'), '');
    writeFileSync(
      join(folder, 'ca.cnf'),
      `[ca]\ndefault_ca=own\n[own]\ndatabase=index\nnew_certs_dir=.\nserial=serial\nrand_serial=yes\ndefault_md=sha256\npolicy=any\nx509_extensions=names\n[any]\ncommonName=supplied\n[names]\nsubjectAltName=IP:${address}\nbasicConstraints=CA:TRUE\n`,
    );
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key'];
    openssl('req', '-new', ...key, '-subj', `/CN=${name}`, '-out', 'request');
    const until = expired ? ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'] : ['-days', '2'];
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-selfsign',
      '-notext',
      '-keyfile',
      'key',
      '-in',
      'request',
      ...until,
      '-out',
      'crt',
    );
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    return { key: read('key'), cert: read('crt') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
