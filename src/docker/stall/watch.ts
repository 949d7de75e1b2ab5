import { byteSize } from '../../shared/byte-size.ts'
import { duration } from '../../shared/duration.ts'
import { LIMITS } from '../../shared/limits.ts'
import { TimedOut, type Watch } from '../exec.ts'
import type { BuildRequest } from '../port.ts'
import { type Carried, carriedByNetwork } from './network.ts'
import type { OutputReader, Wait } from './wait.ts'

/** What a build or a push is watched with. */
export interface StallOptions {
  /** `stall-timeout`, in seconds; 0 tells of silence and ends nothing. */
  readonly seconds: number
  /** Whether the engine's traffic is among what this machine's network carries. */
  readonly sharesNetwork: boolean
  /** Gets a line for each minute of silence. */
  readonly log: (line: string) => void
}

/**
 * How many times longer a silence may last if nothing shows whether layers move, because the engine is elsewhere, or may
 * copy files: the largest layer of an image needs that time and not more.
 */
const UNSEEN_FACTOR = 12

/** A push or a pull that was ended because it made no progress. */
export class Stalled extends TimedOut {
  readonly wait: Wait

  /** @param message such as `no progress for 300 s, waiting for pushing layers` */
  constructor(message: string, wait: Wait, stdout = '', stderr = '') {
    super(message, stdout, stderr)
    this.wait = wait
  }

  override withOutput(stdout: string, stderr: string): Stalled {
    return new Stalled(this.message, this.wait, stdout, stderr)
  }
}

/** What of a build was ended because it made no progress. */
export function stalledPart(
  { wait: { phase } }: Stalled,
  { references }: Pick<BuildRequest, 'references'>,
): string {
  if (phase === 'push') return `The push of ${references[0] ?? 'the image'}`
  return phase === 'pull' ? 'The pull' : 'The build'
}

/**
 * Watches a docker command that talks to a registry. Progress is what its output shows for the first time, and, while
 * layers are sent or fetched of which docker prints no bytes, what the network of the machine carries, if it is the
 * engine's too. No time counts in which anything else goes on.
 */
export class StallWatch implements Watch {
  readonly everyMs: number
  readonly #reader: OutputReader
  readonly #options: StallOptions
  readonly #limitMs: number
  readonly #carried: () => Carried | null
  readonly #clock: () => number
  #seen = -1
  /** When progress was last seen, and what the network had carried by then. */
  #progressAt = 0
  #before: Carried | null = null
  /** When the output was last seen to go on, and when its silence was last told. */
  #silentSince = 0
  #toldAt = 0
  #beforeTold: Carried | null = null

  constructor(
    reader: OutputReader,
    options: StallOptions,
    { carried = carriedByNetwork, clock = () => performance.now() } = {},
  ) {
    this.#reader = reader
    this.#options = options
    this.#limitMs = Math.min(options.seconds * 1000, LIMITS.stallMs)
    this.everyMs = Math.min(1000, Math.max(50, (this.#limitMs || 10_000) / 10))
    this.#carried = carried
    this.#clock = clock
  }

  read(output: string, stream: 'stdout' | 'stderr'): void {
    this.#reader.read(output, stream)
  }

  check(): Stalled | null {
    const now = this.#clock()
    const wait = this.#reader.waitsFor()
    const carried = this.#options.sharesNetwork ? this.#carried() : null
    if (wait === null || this.#reader.progress !== this.#seen) {
      this.#seen = this.#reader.progress
      this.#progressAt = this.#silentSince = this.#toldAt = now
      this.#before = this.#beforeTold = carried
      return null
    }
    if (!wait.shown && movedSince(this.#before, carried, wait) >= this.#enough()) {
      this.#progressAt = now
      this.#before = carried
    }
    const unseen = wait.mayWork === true || (!wait.shown && (carried === null || this.#before === null))
    const limitMs = this.#limitMs * (unseen ? UNSEEN_FACTOR : 1)
    if (limitMs > 0 && now - this.#progressAt >= limitMs) {
      return new Stalled(`no progress for ${duration(limitMs / 1000)}, waiting for ${wait.what}`, wait)
    }
    if (now - this.#toldAt >= LIMITS.silenceToldMs) {
      this.#tell(wait, now, limitMs, unseen ? null : movedSince(this.#beforeTold, carried, wait))
      this.#toldAt = now
      this.#beforeTold = carried
    }
    return null
  }

  /** Bytes that count as progress within the limit. */
  #enough(): number {
    return Math.max(1, (LIMITS.progressBytesPerSecond * this.#limitMs) / 1000)
  }

  #tell(wait: Wait, now: number, limitMs: number, moved: number | null): void {
    const carried =
      wait.shown || moved === null
        ? ''
        : `; this machine has ${wait.phase === 'push' ? 'sent' : 'received'} ${byteSize(moved)} since the last sign`
    const end =
      limitMs === 0
        ? ''
        : `; it is ended and retried after ${duration(limitMs / 1000)} without progress (stall-timeout)`
    this.#options.log(
      `docker has printed nothing new for ${duration((now - this.#silentSince) / 1000)}: it waits for ${wait.what}${carried}${end}`,
    )
  }
}

function movedSince(before: Carried | null, now: Carried | null, { phase }: Wait): number {
  if (before === null || now === null) return 0
  return phase === 'push' ? now.sent - before.sent : now.received - before.received
}
