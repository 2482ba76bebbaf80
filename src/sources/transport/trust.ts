import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

let withSystem: SecureContext | undefined;

/**
 * Returns what trusts the certificate authorities of the system (where companies install their own) besides Node's list
 * and `NODE_EXTRA_CA_CERTS`. Read once in a process: the system's store may take a while.
 */
export function systemTrust(): SecureContext {
  withSystem ??= createSecureContext({
    ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])],
  });
  return withSystem;
}
