import v8 from 'node:v8'
import vm from 'node:vm'

/** A collection takes about a millisecond, and twice as much memory is held until it comes. */
const EVERY_BYTES = 4 * 1024 * 1024

let moved = 0
let collect: (() => void) | null = null

/**
 * Counts bytes that have come from a connection, and has V8 collect its young objects each time they are many. Node
 * allocates memory of its own for what each TLS record brings, which is freed when V8 collects the small object that
 * names it. V8 sees that object alone until the memory behind all of them is some 70 MB, and then collects its whole heap,
 * again and again (seen with --trace-gc).
 * https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function noteArrived(bytes: number): void {
  moved += bytes
  if (moved < EVERY_BYTES) return
  moved = 0
  collect ??= collectorOf()
  collect()
}

/** V8 gives its collector to contexts that are made while this flag is set. */
function collectorOf(): () => void {
  v8.setFlagsFromString('--expose-gc')
  const found: unknown = vm.runInNewContext('globalThis.gc')
  v8.setFlagsFromString('--no-expose-gc')
  return typeof found === 'function' ? () => found({ type: 'minor' }) : () => undefined
}
