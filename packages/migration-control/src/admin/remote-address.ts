import { isIPv6 } from 'node:net';

/** Whether an address, as a socket tells it, is one of this machine itself. */
export function isLoopback(address: string): boolean {
  const plain = withoutMapping(address);
  return plain === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(plain);
}

/** Whether a host, as a URL holds it, is a name or an address of this machine itself. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || isLoopback(host);
}

/** Whom a request is counted for: whoever has one IPv6 address usually has all of its 64 bits. */
export function rateKeyOf(address: string): string {
  const plain = withoutMapping(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const [left, right] = [head, tail].map((half) => half.split(':').filter((part) => part !== ''));
  const gap = plain.includes('::') ? 8 - (left?.length ?? 0) - (right?.length ?? 0) : 0;
  const groups = [...(left ?? []), ...Array<string>(Math.max(gap, 0)).fill('0'), ...(right ?? [])];
  return groups.slice(0, 4).join(':');
}

/** `::ffff:127.0.0.1` is `127.0.0.1` on a socket that speaks both. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
