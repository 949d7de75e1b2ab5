import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { groupsLeft } from '../../dev/corner/slots.ts'
import { processes } from './processes.ts'

/** What a guest finds on a machine and leaves there, by its name. */
export type Machine = Readonly<Record<string, unknown>>

/**
 * What the commands could change on this machine, as it is now: network, firewall, names, certificates, mounts,
 * processes, control groups, temporary files, and what is in the machine's Docker.
 */
export function describeMachine(): Machine {
  return {
    // Counters move by themselves, and stand in brackets.
    firewall: said('iptables-save').replaceAll(/^#.*\n|\[\d+:\d+\]/gm, ''),
    firewall6: said('ip6tables-save').replaceAll(/^#.*\n|\[\d+:\d+\]/gm, ''),
    forwarding: read('/proc/sys/net/ipv4/ip_forward'),
    links: names('/proc/net/dev'),
    addresses: Object.entries(os.networkInterfaces()).map(([name, all]) => [
      name,
      all?.map((one) => one.cidr),
    ]),
    routes: read('/proc/net/route'),
    routes6: routes6(),
    hosts: read('/etc/hosts'),
    resolver: read('/etc/resolv.conf'),
    docker: list('/etc/docker', true),
    mounts: read('/proc/self/mounts'),
    run: list('/run', false),
    temporary: list('/tmp', false).filter((name) => !name.startsWith('node-compile-cache')),
    groups: groupsLeft(),
    processes: processesHere(),
    images: said('docker', 'image', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}')
      .split('\n')
      .sort(),
    containers: said('docker', 'ps', '--all', '--no-trunc', '--format', '{{.ID}}').split('\n').sort(),
    networks: said('docker', 'network', 'ls', '--no-trunc', '--format', '{{.ID}}').split('\n').sort(),
    volumes: said('docker', 'volume', 'ls', '--format', '{{.Name}}').split('\n').sort(),
    configuration: list(path.join(os.homedir(), '.docker'), true),
  }
}

/** The processes of this machine but this one: their numbers and commands. */
export function processesHere(): string[] {
  return processes()
    .filter(({ pid }) => pid !== process.pid)
    .map(({ pid, command }) => `${pid} ${command}`)
    .sort()
}

/** The first word of each line, without the heads and the counters. */
function names(file: string): string[] {
  return read(file)
    .split('\n')
    .map((line) => line.trim().split(/[\s:]/)[0] ?? '')
    .sort()
}

/** Without those of the loopback link, and without the counts of uses, which move by themselves. */
function routes6(): string[] {
  const lines = read('/proc/net/ipv6_route')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return lines
    .filter((fields) => fields.at(-1) !== 'lo')
    .map((fields) => fields.filter((_, index) => index !== 6 && index !== 7).join(' '))
    .sort()
}

function list(folder: string, recursive: boolean): string[] {
  return (existsSync(folder) && readdirSync(folder, { recursive, encoding: 'utf8' }).sort()) || []
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** What a program says; nothing if the machine has none, or it has nothing to say. */
function said(program: string, ...args: string[]): string {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` }
  try {
    return execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}
