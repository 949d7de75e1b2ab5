import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './setup-error.ts'

/** The end of every line that a local ECR writes into the hosts file. */
const marker = '# local-ecr'

/** The files of the system that are changed. */
export interface SystemPaths {
  readonly hosts: string
  /**
   * Where an engine looks for the certificate authority of a registry.
   * https://docs.docker.com/engine/security/certificates/
   */
  readonly certs: string
}

const system: SystemPaths = { hosts: '/etc/hosts', certs: '/etc/docker/certs.d' }

/** A line of the hosts file. In `127.0.77.1 HOST # local-ecr 1234`, 1234 is the process that wrote it. */
interface Line {
  readonly text: string
  readonly host?: string
  readonly pid?: number
}

function linesOf(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((text) => {
      const [, host, pid] = /^\S+\s+(\S+) # local-ecr (\d+)$/.exec(text) ?? []
      return host ? { text, host, pid: Number(pid) } : { text }
    })
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Points ECR's host names at a loopback address, and gives the engine the certificate authority of the registries.
 * Replaces what a killed local ECR left behind.
 * @returns undoes all of it; synchronous, so that it can also run while the process exits
 * @throws SetupError if another local ECR runs, if the hosts file has a foreign line for such a name, or if the files
 * cannot be changed
 */
export function claimHosts(
  options: { address: string; apiHosts: readonly string[]; registryHosts: readonly string[]; ca: string },
  paths: SystemPaths = system,
): () => void {
  const lines = linesOf(paths.hosts)
  const owner = lines.find(({ pid }) => pid !== undefined && pid !== process.pid && alive(pid))
  if (owner)
    throw new SetupError(
      `Another local ECR (process ${owner.pid}) uses the host names of ECR on this machine: stop it first (kill ${owner.pid}), or use the localhost mode.`,
    )
  const names = [...options.apiHosts, ...options.registryHosts]
  const ours = lines.filter(({ host }) => host !== undefined)
  const foreign = lines.find(({ text }) =>
    names.some((name) => !text.startsWith('#') && !text.includes(marker) && text.split(/\s+/).includes(name)),
  )
  if (foreign)
    throw new SetupError(
      `${paths.hosts} has a line for a host of ECR that no local ECR wrote: '${foreign.text}'. Remove it, or use the localhost mode.`,
    )
  const kept = lines.filter(({ host }) => host === undefined).map(({ text }) => text)
  const added = names.map((name) => `${options.address} ${name} ${marker} ${process.pid}`)
  let created: string | undefined
  const undo = () => {
    dropCertificates(paths, options.registryHosts)
    if (created) removeIfEmpty(paths.certs)
    const left = linesOf(paths.hosts).filter(({ pid }) => pid !== process.pid)
    write(
      paths.hosts,
      left.map(({ text }) => text),
    )
  }
  try {
    dropCertificates(
      paths,
      ours.map(({ host }) => host ?? ''),
    )
    write(paths.hosts, [...kept.slice(0, -1), ...added, kept.at(-1) ?? ''])
    try {
      created = mkdirSync(paths.certs, { recursive: true })
      for (const host of options.registryHosts) {
        mkdirSync(join(paths.certs, host), { recursive: true })
        writeFileSync(join(paths.certs, host, 'ca.crt'), options.ca)
      }
    } catch (error) {
      undo()
      throw error
    }
  } catch (error) {
    throw new SetupError(
      `ECR's host names cannot be set up on this machine: ${(error as Error).message}. Run as root, or use the localhost mode.`,
      { cause: error },
    )
  }
  return undo
}

/**
 * Removes the host names, and the certificate authorities of the registries, that a local ECR has left which was killed.
 * Those of one that runs stay.
 */
export function removeLeftovers(paths: SystemPaths = system): void {
  const lines = linesOf(paths.hosts)
  const isLeft = ({ pid }: Line) => pid !== undefined && !alive(pid)
  const left = lines.filter(isLeft)
  if (left.length === 0) return
  dropCertificates(
    paths,
    left.map(({ host }) => host ?? ''),
  )
  write(
    paths.hosts,
    lines.filter((line) => !isLeft(line)).map(({ text }) => text),
  )
}

/** Writes in place, because in a container /etc/hosts is a mount, which no other file can be renamed to. */
function write(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.join('\n'))
}

/** Removes our certificate authority, and the folders that have nothing else in them. */
function dropCertificates(paths: SystemPaths, hosts: readonly string[]): void {
  for (const host of hosts) {
    const folder = join(paths.certs, host)
    if (!existsSync(folder)) continue
    rmSync(join(folder, 'ca.crt'), { force: true })
    removeIfEmpty(folder)
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {}
}
