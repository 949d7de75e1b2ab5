import { existsSync } from 'node:fs'
import path from 'node:path'
import { clip } from '../../shared/clip.ts'
import type { BuildRequest } from '../port.ts'
import { isRemote } from '../syntax/context.ts'
import { type Cause, cacheCause } from './cache-causes.ts'
import type { FailingStep } from './failing-step.ts'
import { registryCause } from './registry-causes.ts'

/** The part of a request that a cause is named from. */
type Asked = Pick<BuildRequest, 'context' | 'platforms' | 'cacheTo' | 'references' | 'pullAttempts'>

/**
 * The cause of a failed build that the request has a part in; null if it is none of these.
 * @param failure as `parseFailure` reads it
 * @param stderr the whole of what docker wrote: the legacy builder's container writes there
 */
export function buildCause(failure: FailingStep, stderr: string, request: Asked): Cause | null {
  return (
    cacheCause(failure, request) ??
    registryCause(failure, request) ??
    foreignPlatform(failure, stderr, request) ??
    absentFile(failure, request)
  )
}

/**
 * What a kernel says of the program that a RUN starts with, by runc and by QEMU of BuildKit's own. A program that the
 * command starts itself is told by its shell, in other words.
 */
const FOREIGN_PROGRAM =
  /^(?:#\d+ \d+\.\d+ )?(?:exec [^\n]{1,500}: exec format error|exec container process `?[^`\n]{0,200}`?: exec format error|standard_init_linux\.go:\d+: exec user process caused:? "?exec format error"?|\.buildkit_qemu_emulator: [^\n]{1,500}: Invalid ELF image for this architecture)$/im

/** A base image for another platform than the builder's, which no emulator runs. */
function foreignPlatform({ name, lines }: FailingStep, stderr: string, { platforms }: Asked): Cause | null {
  // A command that has written more has run.
  if (!/^\[[^\]]*\] RUN\b/.test(name ?? '') || lines.length > 1 || !FOREIGN_PROGRAM.test(stderr)) return null
  const ofStep = /^\[(\w+\/[\w/.]+)(?: \S+)? \d+\/\d+\]/.exec(name ?? '')?.[1]
  const wanted = ofStep ?? platforms.join(', ')
  const setup = wanted === '' ? '' : ` (with platforms: ${wanted})`
  return {
    what: `The builder cannot run programs of ${wanted === '' ? "the base image's platform, which is not its own" : wanted}`,
    remedy: `put docker/setup-qemu-action${setup} in a step before this one, which emulates the platform; or build on a runner of that platform, which is much faster (runs-on: ubuntu-24.04-arm for linux/arm64).`,
    page: 'many-places.md#several-runners-one-image',
  }
}

/** How BuildKit, since 0.8 and before, and the legacy builder say that a file of COPY, ADD or a mount is missing. */
const ABSENT_FILE =
  /failed to compute cache key: .*?"([^"]+)":? not found|failed to walk \S+: lstat \S+: no such file|^(?:COPY|ADD) failed: (?:file not found in build context|stat \S+: file does not exist|no source files were specified)|lstat \S+: no such file or directory/i

/** A file that COPY or ADD takes from the context, and that is not in it or is left out of it. */
function absentFile({ name, reason, source }: FailingStep, { context }: Asked): Cause | null {
  const [said, file] = ABSENT_FILE.exec((reason ?? '').replace(/^ERROR: /, '')) ?? []
  const instruction = `${name ?? ''}\n${source?.text ?? ''}`
  if (said === undefined || !/\b(?:COPY|ADD|RUN --mount=)/i.test(instruction)) return null
  const from = /--from=(\S+)|--mount=\S*\bfrom=([^,\s]+)/.exec(instruction)
  if (from !== null) {
    const where = clip(from[1] ?? from[2] ?? '', 100)
    return {
      what: `A file is not in '${where}', which the instruction takes it from`,
      remedy: `correct the path; it is relative to the root of the stage, image or context '${where}', and the context's .dockerignore has no part in it.`,
    }
  }
  const what = `${file === undefined ? 'A file' : `'${clip(file, 200)}'`} is not in what the builder got of the context (${clip(isRemote(context) ? context : path.resolve(context), 200)})`
  const exists = file !== undefined && path.isAbsolute(context) && existsSync(path.join(context, file))
  return {
    what,
    remedy: exists
      ? 'the file exists there, so that .dockerignore leaves it out (or the file DOCKERFILE.dockerignore beside the Dockerfile): add an exception, !PATH.'
      : "paths of COPY and ADD are relative to the input 'context', not to the Dockerfile: correct one of them, see that an earlier step makes the file, or that .dockerignore does not leave it out.",
    page: 'build.md#the-context',
  }
}
