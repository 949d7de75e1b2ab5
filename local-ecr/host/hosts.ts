import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const marker = '# local-ecr'

export interface SystemPaths {
  readonly hosts: string
  /** Where an engine looks for a registry's authority. https://docs.docker.com/engine/security/certificates/ */
  readonly certs: string
}

const system: SystemPaths = { hosts: '/etc/hosts', certs: '/etc/docker/certs.d' }

/** One line: `127.0.77.1 HOST # local-ecr 1234`, the number being the process that wrote it. */
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
 * Points ECR's host names at a loopback address and gives the engine the authority for the registries among them.
 * What a killed run left is replaced; a run that is alive is not disturbed. Returns the way back, which is
 * synchronous, so that it can also run while the process exits.
 */
export function claimHosts(
  options: { address: string; apiHosts: readonly string[]; registryHosts: readonly string[]; ca: string },
  paths: SystemPaths = system,
): () => void {
  const lines = linesOf(paths.hosts)
  const owner = lines.find(({ pid }) => pid !== undefined && pid !== process.pid && alive(pid))
  if (owner)
    throw new Error(
      `Another local ECR (process ${owner.pid}) has the host names of ECR on this machine; stop it first, or use the localhost mode`,
    )
  const names = [...options.apiHosts, ...options.registryHosts]
  const ours = lines.filter(({ host }) => host !== undefined)
  const foreign = lines.find(({ text }) =>
    names.some((name) => !text.startsWith('#') && !text.includes(marker) && text.split(/\s+/).includes(name)),
  )
  if (foreign) throw new Error(`${paths.hosts} has a line of its own for a host of ECR: ${foreign.text}`)
  dropCertificates(
    paths,
    ours.map(({ host }) => host ?? ''),
  )
  const kept = lines.filter(({ host }) => host === undefined).map(({ text }) => text)
  const added = names.map((name) => `${options.address} ${name} ${marker} ${process.pid}`)
  write(paths.hosts, [...kept.slice(0, -1), ...added, kept.at(-1) ?? ''])
  const created = mkdirSync(paths.certs, { recursive: true })
  for (const host of options.registryHosts) {
    mkdirSync(join(paths.certs, host), { recursive: true })
    writeFileSync(join(paths.certs, host, 'ca.crt'), options.ca)
  }
  return () => {
    dropCertificates(paths, options.registryHosts)
    if (created) removeIfEmpty(paths.certs)
    const left = linesOf(paths.hosts).filter(({ pid }) => pid !== process.pid)
    write(
      paths.hosts,
      left.map(({ text }) => text),
    )
  }
}

/** In place: in a container /etc/hosts is a mount, which cannot be renamed over. */
function write(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.join('\n'))
}

/** Folders that held only our authority go with it. */
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
