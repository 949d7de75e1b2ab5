import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { run } from './process.ts'

/** Whether the network bridge is there. */
export function hasBridge(name: string): boolean {
  return existsSync(`/sys/class/net/${name}`)
}

/**
 * Makes a network bridge for an engine's containers, on a subnet that nothing on this machine uses.
 * @param busybox whose `ip` is used: a bare machine has none
 * @param name of at most 15 characters
 */
export async function addBridge(busybox: string, name: string): Promise<void> {
  if (hasBridge(name)) return
  const ip = (...args: string[]) => run(busybox, ['ip', ...args])
  const used = await usedNetworks()
  // Two clones that start at the same time begin their search in different places.
  const start = Number.parseInt(name.replaceAll(/[^0-9a-f]/g, '').slice(-4), 16) || 0
  const candidates = Array.from({ length: 256 }, (_, index) => `172.30.${(start + index) % 256}`)
  const free = candidates.find((candidate) => !used.some((network) => overlaps(network, candidate)))
  if (!free) throw new Error('no subnet in 172.30.0.0/16 is free for a bridge')
  await ip('link', 'add', name, 'type', 'bridge')
  await ip('addr', 'add', `${free}.1/24`, 'dev', name)
  await ip('link', 'set', name, 'up')
}

export async function removeBridge(busybox: string, name: string): Promise<void> {
  if (hasBridge(name)) await run(busybox, ['ip', 'link', 'del', name])
}

interface Network {
  readonly address: number
  readonly mask: number
}

/** The networks that this machine is in or has routes to, its default route left out. */
async function usedNetworks(): Promise<Network[]> {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address, netmask }) => ({ address: toNumber(address), mask: toNumber(netmask) }))
  const routes = (await readFile('/proc/net/route', 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map((fields) => ({ address: fromKernel(fields[1]), mask: fromKernel(fields[7]) }))
  return [...own, ...routes].filter(({ mask }) => mask !== 0)
}

function overlaps({ address, mask }: Network, prefix: string): boolean {
  const common = mask & toNumber('255.255.255.0')
  return (address & common) === (toNumber(`${prefix}.0`) & common)
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => (number << 8) | Number(part), 0)
}

/** The kernel prints an address as a little-endian hexadecimal number. */
function fromKernel(text = ''): number {
  const bytes = text.match(/../g) ?? []
  return bytes.reverse().reduce((number, byte) => (number << 8) | Number.parseInt(byte, 16), 0)
}
