import { readFileSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Bytes since the machine has started. */
export interface Carried {
  readonly sent: number
  readonly received: number
}

/**
 * What all network interfaces of this machine, or of this container, have carried. Loopback counts: a proxy or a
 * registry may be there.
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 * @returns null if the system does not say
 */
export function carriedByNetwork(file = '/proc/net/dev'): Carried | null {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').slice(2)
    const counts = lines.flatMap((line) => {
      const values = line.split(':')[1]?.trim().split(/\s+/).map(Number)
      return values === undefined ? [] : [{ received: values[0] ?? 0, sent: values[8] ?? 0 }]
    })
    return {
      sent: counts.reduce((sum, { sent }) => sum + sent, 0),
      received: counts.reduce((sum, { received }) => sum + received, 0),
    }
  } catch {
    return null
  }
}

/**
 * Whether the engine that listens on a Unix socket shares the network that this process sees: Linux lists a socket only
 * to processes of the network namespace in which it was made. A container that a socket was mounted into has another.
 * https://man7.org/linux/man-pages/man7/network_namespaces.7.html
 * @param socket the path of the engine's socket; null if it has none
 */
export async function sharesNetwork(socket: string | null, file = '/proc/net/unix'): Promise<boolean> {
  if (socket === null) return false
  const listed = await readFile(file, 'utf8').catch(() => '')
  const wanted = resolved(socket)
  return listed.split('\n').some((line) => {
    const found = /\s(\/\S+)$/.exec(line)?.[1]
    return found !== undefined && (found === socket || resolved(found) === wanted)
  })
}

function resolved(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
