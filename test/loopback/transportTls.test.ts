import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isPerpscopeError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/sources/transport/httpClient.ts';
import { startFaultServer } from '../support/faultServer.ts';
import { selfSigned } from '../support/certificate.ts';
import { cliEntry, createHttpClient } from '../support/subject.ts';

describe('HTTP client: certificates', () => {
  it('refuses an unknown certificate once, and accepts it where strictSsl is off', async () => {
    const server = await startFaultServer({ json: { ok: true } }, selfSigned());
    const request: HttpRequest = {
      exchange: 'okx',
      baseUrl: server.url,
      method: 'GET',
      path: '/x',
      query: {},
      weight: 1,
      limits: [],
    };
    const strict = createHttpClient({ env: {} });
    await assert.rejects(strict.send(request), (error) => {
      assert.ok(isPerpscopeError(error, 'network') && !error.retryable);
      return /self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\); install the certificate authority/.test(
        error.message,
      );
    });
    assert.equal(server.requests.length, 0);
    const lax = createHttpClient({ env: {}, proxy: { strictSsl: false } });
    assert.deepEqual((await lax.send(request)).body, { ok: true });
    await Promise.all([strict.close(), lax.close()]);
    await server.close();
  });

  it('trusts an authority of the system, or of NODE_EXTRA_CA_CERTS, and no other', async () => {
    const made = selfSigned();
    const folder = mkdtempSync(join(tmpdir(), 'perpscope-tls-'));
    const server = await startFaultServer({ json: {} }, made);
    const [certificate, endpoints] = [join(folder, 'authority.pem'), join(folder, 'endpoints.json')];
    writeFileSync(certificate, made.cert);
    writeFileSync(endpoints, JSON.stringify({ okx: { rest: server.url } }));
    const ask = async (env: Record<string, string>): Promise<string> => {
      const args = [...['--disable-warning=ExperimentalWarning', cliEntry], 'snapshot', '--exchanges', 'okx'];
      const child = spawn(process.execPath, [...args, '--endpoints', endpoints], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk) => (said += String(chunk)));
      await once(child, 'close');
      return said;
    };
    try {
      assert.match(await ask({}), /self-signed/);
      assert.equal(server.requests.length, 0);
      for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']) {
        const before = server.requests.length;
        const said = await ask({ [name]: certificate });
        // Where the system's store is no file, only the second way can be tried.
        if (name === 'SSL_CERT_FILE' && process.platform !== 'linux') continue;
        assert.doesNotMatch(said, /self-signed/);
        assert.ok(server.requests.length > before, name);
      }
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
