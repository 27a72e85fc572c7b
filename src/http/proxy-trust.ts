/** Which proxies are believed: one judgement for every header that a proxy may have set. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';

/** Whether an address is a trusted proxy's. `hop` counts from the peer of the connection, which is 0. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** What the configuration may name instead of writing it out. */
const NAMED_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** @param trust a number of hops, or addresses, networks and names of networks, as the configuration checked them. */
export function proxyTrust(trust: number | readonly string[]): ProxyTrust {
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  const trusted = new BlockList();
  for (const network of trust.flatMap((part) => NAMED_NETWORKS[part] ?? part)) {
    const [ip = '', bits] = network.split('/');
    if (bits === undefined) trusted.addAddress(ip, family(ip));
    else trusted.addSubnet(ip, Number(bits), family(ip));
  }
  return (address) => {
    const [ip = ''] = address.split('%', 1);
    return trusted.check(ip, family(ip));
  };
}

/** Whose address a request comes from: the nearest one that is no trusted proxy's. */
export function clientAddress({ headers, socket }: IncomingMessage, trusts: ProxyTrust | null): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => part.trim());
  const hops = [socket.remoteAddress ?? '', ...forwarded.filter((part) => part !== '').reverse()];
  const nearest = hops.findIndex((address, hop) => !trusts?.(address, hop));
  return hops[nearest] ?? hops.at(-1) ?? '';
}

function family(ip: string): 'ipv4' | 'ipv6' {
  return isIPv6(ip) ? 'ipv6' : 'ipv4';
}
