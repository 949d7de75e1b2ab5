import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { root } from '../root.ts'

/** Two sentences: what a machine refused, and what to do. */
export interface Refusal {
  readonly what: string
  readonly remedy: string
}

/**
 * What the operating system refused to do with a file, a folder, a disk or a program, which the person at the machine
 * can change.
 * @returns undefined for any other error
 */
export function describeRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined
  const { code = '', path: file, syscall = '' } = error as NodeJS.ErrnoException
  if (!Object.hasOwn(refusals, code)) return undefined
  if (syscall.startsWith('spawn')) {
    return {
      what: `The program '${file ?? syscall.slice(6)}' does not start (${code}).`,
      remedy:
        'install it, or if it is one of the packages of this project, delete node_modules and try again.',
    }
  }
  if (file === undefined) {
    if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined
    return {
      what: `A disk of this machine is full (${code}).`,
      remedy: `make room for ${root} and ${os.tmpdir()}.`,
    }
  }
  const refusal = refusals[code as keyof typeof refusals]
  const temporary = isWithin(file, os.tmpdir()) && !isWithin(file, root)
  const lacking = temporary && !existsSync(os.tmpdir())
  const inProject = isWithin(file, root) ? path.relative(root, file) : ''
  const name = lacking ? os.tmpdir() : inProject || file
  const whole = `${name} ${refusal.what} (${code}).`
  const remedy = temporary
    ? 'let TMPDIR name a folder that exists and that this user can write to, on a disk with room.'
    : refusal.remedy
  return { what: whole, remedy }
}

const access = 'give this user the right to read and write it, or work in a clone of your own.'
const refusals = {
  EACCES: { what: 'is closed to this user', remedy: access },
  EPERM: { what: 'is closed to this user', remedy: access },
  EROFS: { what: 'cannot be written to', remedy: 'mount the disk so that it can be, or clone onto another.' },
  ENOENT: { what: 'does not exist', remedy: 'if it is committed, bring it back: git checkout -- PATH.' },
  ENOTDIR: { what: 'is or goes through a file that should be a folder', remedy: 'move that file away.' },
  EISDIR: { what: 'is a folder and should be a file', remedy: 'move that folder away.' },
  ENOSPC: { what: 'is on a disk that is full', remedy: 'make room.' },
  EDQUOT: { what: "is on a disk where this user's quota is used up", remedy: 'make room.' },
  EMFILE: { what: 'cannot be opened beside so many others', remedy: 'raise the limit: ulimit -n 4096.' },
  ELOOP: { what: 'is a link that leads to itself', remedy: 'remove the link.' },
  EBUSY: { what: 'is in use', remedy: 'end the program that uses it, and try again.' },
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : `${folder}${path.sep}`)
}
