import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Networks that are not the public internet: private, shared, link-local, unspecified, multicast, reserved; and those
 * whose addresses carry one of the older kind, by which any of these can be meant (compatible, translated, 6to4, Teredo).
 */
const internal = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  internal.addSubnet(network, bits);
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  internal.addSubnet(network, bits, 'ipv6');

function isIn(list: BlockList, hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const version = isIP(bare);
  return version !== 0 && list.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

/** Returns whether a URL's hostname is this machine. Names are not looked up, but for `localhost`. */
export function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(hostname) || isIn(loopback, hostname);
}

/** Returns whether a URL's hostname is an address of an internal network, loopback aside. Names are not looked up. */
export function isInternal(hostname: string): boolean {
  return !isLoopback(hostname) && isIn(internal, hostname);
}
